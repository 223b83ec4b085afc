# %% [markdown] lang="en"
# # Gradient descent on a quadratic: five regimes, none with an oscillating loss
# $w_t = (1 - \eta\lambda)^t w_0$: monotone below $\eta\lambda = 1$, alternating below 2, divergent above. The loss
# $L_t = (1 - \eta\lambda)^{2t} L_0$ is monotone in all of them.

# %% [markdown] lang="zh"
# # 二次损失上的梯度下降：五种情形，损失都不震荡
# $w_t = (1 - \eta\lambda)^t w_0$：$\eta\lambda < 1$ 时单调，$1 < \eta\lambda < 2$ 时交替，大于 2 时发散。
# 无论哪种情形，损失 $L_t = (1 - \eta\lambda)^{2t} L_0$ 都是单调的。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
# --8<-- [end:setup]

# %% --8<-- [start:measure]
# one parameter, any curvature: five step sizes side by side
lam = 0.5 + 10 * torch.rand((), device=device)
product = torch.tensor([0.5, 1.0, 1.5, 2.0, 2.1], device=device)  # eta * lambda
eta = product / lam
w = [torch.ones(5, device=device)]
for _ in range(30):
    w.append(w[-1] - eta * lam * w[-1])
w = torch.stack(w)
L = lam / 2 * w**2

# two parameters, curvatures 1 and 10 along random directions: a grid of step sizes, and three special ones
spectrum = torch.tensor([1.0, 10.0], device=device)
Q = torch.linalg.qr(torch.randn(2, 2, device=device)).Q
H = Q @ spectrum.diag() @ Q.T
rates = torch.cat([torch.tensor([0.199, 0.201, 2 / 11], device=device), torch.linspace(0.005, 0.21, 42, device=device)])
theta = [(Q @ torch.ones(2, device=device)).repeat(len(rates), 1)]
for _ in range(1000):
    theta.append(theta[-1] - rates[:, None] * (theta[-1] @ H))
theta = torch.stack(theta)
norm = theta.norm(dim=2)
contraction = (norm[1000] / norm[500]) ** (1 / 500)  # measured factor per step

print("eta*lambda      w_1      w_2      w_3     w_30    L_30/L_0")
for k in range(5):
    print(
        f"{product[k]:>10.1f}"
        + "".join(f"{w[t, k].round(decimals=9) + 0:>9.4f}" for t in (1, 2, 3, 30))
        + f"{L[30, k] / L[0, k]:>12.2e}"
    )
print("curvatures 1 and 10     |w_1000|   factor per step")
for k, label in enumerate(("eta = 0.199", "eta = 0.201", "eta = 2/11")):
    print(f"{label:<20}{norm[1000, k]:>12.1e}{contraction[k]:>18.4f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
t = torch.arange(31, device=device)[:, None]
closed_form = (1 - product) ** t
assert ((w - closed_form).abs() <= 1e-12 * closed_form.abs().clamp(min=1)).all(), "w_t = (1 - eta lambda)^t"
growth = L.diff(dim=0)
assert (growth[:, :3] <= 0).all() and (growth[:, 4] > 0).all(), (
    "the loss falls below 2 and grows above 2, at every step"
)
assert (L[:, 3] / L[0, 3] - 1).abs().max() < 1e-12, "at 2 the loss stands still while w alternates"
assert (w[1:, 2:] * w[:-1, 2:] < 0).all() and (w[:, 0] > 0).all(), "w alternates in sign above eta lambda = 1 only"

theory = (1 - rates[:, None] * spectrum).abs().amax(1)
# the start has equal weight on both directions: hence the lower bound (see the text)
assert (contraction <= theory * (1 + 1e-12)).all() and (contraction >= theory * 2 ** (-1 / 1000) * (1 - 1e-12)).all()
assert norm[1000, 0] < 1e-3 and norm[1000, 1] > 1e3, "the threshold is 2 / lambda_max = 0.2"
assert abs(theory[2] - 9 / 11) < 1e-12 and (theory >= theory[2] - 1e-12).all(), (
    "2 / (1 + 10) is the best fixed step size"
)
loss = (theta[:, 1] @ H * theta[:, 1]).sum(1) / 2
assert loss[1] < loss[0] < loss[100], "just above the threshold the loss may fall first, then it grows"
assert loss.diff().sign().diff().clamp(max=0).sum() == 0, "after its first increase it never falls again"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.0), width_ratios=[1, 1, 1.15])
for k in range(5):
    broad = {"lw": 5, "alpha": 0.35} if k == 0 else {"lw": 1.4}  # 0.5 and 1.5 have the same losses
    label = rf"$\eta\lambda={product[k].item():g}$"
    axes[0].plot(w[:9, k].cpu(), "o-", color=f"C{k}", lw=1.2, ms=3.5)
    if k == 1:
        axes[1].plot([0], [1], "o", color="C1", label=label, ms=3.5)  # at the minimum after one step: no logarithm
    else:
        axes[1].plot((L[:, k] / L[0, k]).cpu(), color=f"C{k}", label=label, **broad)
axes[0].set(xlabel="$t$", ylabel="$w_t$", xticks=range(0, 9, 2))
axes[1].set(xlabel="$t$", ylabel="$L_t/L_0$", yscale="log", ylim=(1e-13, 1e4), xlim=(-0.5, 20.5), xticks=[0, 10, 20])
axes[1].legend(loc="lower left", fontsize=8.5, handlelength=1, labelspacing=0.25, borderpad=0)
line = torch.linspace(0, 0.21, 22)
for curvature, ink in ((1, "C3"), (10, "C1")):
    axes[2].plot(line, (1 - line * curvature).abs(), color=ink, lw=1.4)
axes[2].plot(rates[3:].cpu(), contraction[3:].cpu(), "o", color="C0", ms=3)
axes[2].axhline(1, color="gray", lw=0.8, ls=":")
for threshold in (2 / 11, 0.2):
    axes[2].axvline(threshold, color="gray", lw=0.8, ls=":")
axes[2].annotate(r"$|1-\eta\lambda_1|$", (0.045, 1.03), color="C3", fontsize=9)
axes[2].annotate(r"$|1-\eta\lambda_2|$", (0.06, 0.45), color="C1", fontsize=9)
axes[2].annotate(r"$\frac{2}{\lambda_1+\lambda_2}$", (0.178, 0.1), ha="right", fontsize=12)
axes[2].annotate(r"$\frac{2}{\lambda_2}$", (0.204, 0.1), fontsize=12)
axes[2].set(xlabel=r"$\eta$", ylabel=r"$\rho(\eta)$", xlim=(0, 0.235), ylim=(0, 1.18), xticks=[0, 0.1, 0.2])
plt.show()
# --8<-- [end:figure]
