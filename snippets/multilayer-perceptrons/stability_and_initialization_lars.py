# %% [markdown] lang="en"
# # LARS fixes the relative step of each layer
# With $\lambda_\ell = \eta \|w_\ell\| / \|g_\ell\|$ a layer moves by $\gamma\eta$ of its own norm,
# whatever the size of the gradient.

# %% [markdown] lang="zh"
# # LARS 固定每层的相对步长
# 取 $\lambda_\ell = \eta \|w_\ell\| / \|g_\ell\|$，每层移动自身范数的 $\gamma\eta$ 倍，与梯度大小无关。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import cross_entropy

seed = 0
torch.manual_seed(seed)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
digits = load_digits()
order = torch.randperm(len(digits.target))[:250]
X = torch.tensor(digits.data / 16)[order].to(device)
y = torch.tensor(digits.target)[order].to(device)
# --8<-- [end:setup]

# %% --8<-- [start:train]
seeds, steps, gamma_eta, eta = 3, 100, 0.01, 0.5
scales = 2.0 ** torch.tensor([-10, 0, 10], device=device)  # factors of the loss; powers of two scale without rounding
draws = [torch.randn(seeds, a, b, device=device) / a**0.5 for a, b in ((64, 32), (32, 10))]
factor = scales.repeat_interleave(seeds)
curves, relative = {}, []
for method in ("SGD", "LARS"):
    weights = [w.repeat(3, 1, 1).requires_grad_() for w in draws]  # every arm starts from the same weights
    history = []
    for _ in range(steps + 1):
        z = torch.tanh(X @ weights[0]) @ weights[1]
        losses = cross_entropy(z.mT, y.expand(len(z), -1), reduction="none").mean(1)
        history.append(losses.detach())
        gradients = torch.autograd.grad((factor * losses).sum(), weights)
        with torch.no_grad():
            for w, g in zip(weights, gradients):
                norm_w, norm_g = (torch.linalg.matrix_norm(m, keepdim=True) for m in (w, g))
                step = eta * g if method == "SGD" else gamma_eta * norm_w / norm_g * g
                w -= step
                if method == "LARS":
                    relative.append((torch.linalg.matrix_norm(step, keepdim=True) / norm_w).flatten())
    curves[method] = torch.stack(history).cpu().reshape(steps + 1, 3, seeds)
relative = torch.stack(relative)

print("loss x         2^-10        1     2^10    (loss without the factor after 100 steps, mean of 3 seeds)")
for method, curve in curves.items():
    print(f"{method:<10}", *[f"{v:8.2f}" if v < 10 else f"{'> 10':>8}" for v in curve[-1].mean(1)])
print(f"LARS, |step| / |w| in all layers and steps: {relative.min():.4f} to {relative.max():.4f}")
# --8<-- [end:train]

# %% --8<-- [start:measure]
w = nn.Parameter(torch.ones(3, device=device))
w.grad = torch.tensor([1.0, 2.0, float("inf")], device=device)
nn.utils.clip_grad_norm_([w], 1.0)
print("clipping (1, 2, inf) to norm 1 gives", w.grad.tolist())
overflow = torch.tensor([1.0, 2.0, float("nan")], device=device)
lars_step = overflow.norm() ** -1 * overflow
print("LARS direction for (1, 2, nan):     ", lars_step.tolist())
dead = torch.zeros(3, device=device)  # a dead layer sends no gradient
print("LARS direction for (0, 0, 0):       ", (dead / dead.norm()).tolist())
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert (relative - gamma_eta).abs().max() < 1e-12, "each layer moves by gamma eta of its norm"
lars, sgd = curves["LARS"], curves["SGD"]
assert (lars - lars[:, 1:2]).abs().max() < 1e-6, "the trajectory does not see the scale of the loss"
assert lars[-1].max() < 1, "and it learns"
low, good, high = sgd[-1]
assert low.min() > 1.5 and good.max() < 1 and (high > 5).all(), "SGD hardly moves, works, blows up"
assert not w.grad.isfinite().all() and lars_step.isnan().all() and (dead / dead.norm()).isnan().all(), "no repair"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.3), sharey=True)
t = torch.arange(steps + 1)
inks = ("C2", "C0", "C1")
labels = (r"$2^{-10} L$", "$L$", "$2^{10} L$")
for k, ink in enumerate(inks):
    left.plot(t, sgd[:, k], color=ink, lw=1)
    left.text(*((7, 400) if k == 2 else (103, sgd[-1, k].mean())), labels[k], color=ink, va="center")
right.plot(t, lars[:, 0], color="C2", lw=6, alpha=0.3, solid_capstyle="butt")
right.plot(t, lars[:, 1], color="C0", lw=1.2)
right.plot(t[::5], lars[::5, 2], "o", color="C1", ms=3)
for ax, name in ((left, "SGD"), (right, "LARS")):
    ax.text(60, 5e4, name, ha="center", fontsize=12)
    ax.set(xlabel="$t$", yscale="log", xlim=(0, 122 if ax is left else 100), xticks=[0, 50, 100])
left.set(ylabel="$L$", ylim=(0.05, 2e5))
plt.show()
# --8<-- [end:figure]
