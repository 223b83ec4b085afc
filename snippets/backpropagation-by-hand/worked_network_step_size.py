# %% [markdown] lang="en"
# # Step size and number of iterations
# Far below the limit $2/\lambda$ only the product $\eta t$ matters. Above it the loss oscillates, far above it
# one step saturates both outputs, for a time that grows exponentially with $\eta$. It never becomes negative, infinite or nan.

# %% [markdown] lang="zh"
# # 步长与迭代次数
# 步长远低于 $2/\lambda$ 时，起作用的只是乘积 $\eta t$；超过它，损失震荡；远远超过时，一步就使两个输出饱和，饱和的时间随 $\eta$ 指数增长。
# 损失从不为负，也不会变成无穷大或 nan。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
x = torch.tensor([[0.5], [0.3]], device=device)
y = torch.tensor([[0.23], [-0.07]], device=device)
start = torch.tensor([[[0.2, 0.5], [-0.4, 0.6]], [[0.1, -0.3], [-0.5, 0.8]]], device=device)
eta = torch.tensor([1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1, 5, 10, 50, 60, 100, 300, 500, 1000], device=device).view(-1, 1, 1)
steps, floor, ceiling = 5000, 0.07**2 / 2, (0.77**2 + 1.07**2) / 2


def loss(theta):
    W1, W2 = theta.view(2, 2, 2)
    return ((torch.sigmoid(W2 @ torch.sigmoid(W1 @ x)) - y) ** 2).sum() / 2


def sharpness(theta):
    return torch.linalg.eigvalsh(torch.autograd.functional.hessian(loss, theta.flatten()))[-1].item()


# --8<-- [end:setup]

# %% --8<-- [start:train]
W1, W2 = (W.repeat(len(eta), 1, 1) for W in start)  # one network per step size, all from the same weights
p_t = []
for t in range(steps + 2):
    h = torch.sigmoid(W1 @ x)
    p = torch.sigmoid(W2 @ h)
    p_t.append(p)
    if t == 1:  # where the first step lands: a small p1 grows by eta K (0.23 - p1) p1^2 per update
        v = W2[:, :1] * (h * (1 - h)).mT
        K = (h * h).sum((1, 2)) + (x * x).sum() * (v * v).sum((1, 2))  # squared norm of the gradient of o1
        absence = 1 / (y[0, 0] * eta.flatten() * K * p[:, 0, 0])
    if t == 1000:
        snapshot = torch.stack([W1, W2], dim=1)
    delta2 = (p - y) * p * (1 - p)
    delta1 = (W2.mT @ delta2) * h * (1 - h)
    W1, W2 = W1 - eta * delta1 @ x.T, W2 - eta * delta2 @ h.mT
p_t = torch.stack(p_t)
L = ((p_t - y) ** 2).sum((2, 3)) / 2  # update, step size
L_top = torch.maximum(L[:-1], L[1:])  # the larger of two successive losses: the phase of an oscillation drops out
# --8<-- [end:train]

# %% --8<-- [start:measure]
rates = [f"{v:g}" for v in eta.flatten().tolist()]
first_rise = {r: (L[:, i].diff() > 1e-12).nonzero()[:1].flatten().tolist() for i, r in enumerate(rates)}
print(f"2/lambda at the start: {2 / sharpness(start):.1f}")
print("   eta    L(100)   L(1000)   L(5000)  first rise   last two p1")
for i, r in enumerate(rates):
    rise = f"~{float(f'{first_rise[r][0]:.1g}'):.0f}" if first_rise[r] else "never"
    print(
        f"{r:>6}{L_top[100, i]:10.6f}{L_top[1000, i]:10.6f}{L_top[steps, i]:10.6f}{rise:>10}"
        + "".join(f"{v:9.4f}" for v in p_t[-2:, i, 0, 0].sort().values)
    )
limits = {r: 2 / sharpness(snapshot[rates.index(r)]) for r in ("1", "10", "60")}
print("2/lambda at t = 1000: " + ", ".join(f"{v:.1f} (eta = {r})" for r, v in limits.items()))
back = {r: absence[rates.index(r)].item() for r in ("300", "500", "1000")}
print("predicted updates on the plateau: " + ", ".join(f"{v:.1g} (eta = {r})" for r, v in back.items()))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
at = rates.index
assert ((L > floor) & (L < ceiling)).all(), "at every step size the loss stays between its two bounds"
assert all(not first_rise[r] for r in rates[: at("50") + 1]), "monotone for all 5,000 updates up to 50"
for slow, fast in (("0.1", "1"), ("0.01", "0.1")):
    assert abs(L[1000, at(slow)] / L[100, at(fast)] - 1) < 0.01, "far below the limit only eta t matters"
assert first_rise["60"][0] > 1000, "at 60 the limit is crossed late"
side = p_t[-100:, :, 0, 0] - y[0, 0]
for r in ("60", "100", "300"):
    assert (side[1:, at(r)] * side[:-1, at(r)] < 0).all(), "p1 jumps from one side of its target to the other"
assert p_t[1:, at("500") :].max() < 1e-3, "from 500 on, one giant step saturates both outputs for all these updates"
assert abs(first_rise["300"][0] / back["300"] - 1) < 0.1, "the time on the plateau is 1 / (0.23 eta K p1)"
assert steps < back["500"] < back["1000"], "which is finite, and longer than this run"
assert 2 / sharpness(start) > 44, "a step size of 1 is far below the limit"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.5), sharey=True)
shown = sorted({round(10 ** (k / 12)) for k in range(37)})
small = ["0.001", "0.01", "0.1", "1", "10"]
for n, r in enumerate(small):
    left.plot(shown, L[shown, at(r)].cpu(), color=f"C{n}", lw=1.4, label=rf"$\eta={r}$")
    right.plot([float(r) * t for t in shown], L[shown, at(r)].cpu(), color=f"C{n}", lw=6 - n, alpha=0.6)
for r, ink, dashes in (("100", "C5", "-."), ("300", "gray", "--"), ("500", "C1", "--")):
    curve, rise = L[:1001, at(r)].cpu(), (first_rise[r] or [1000])[0]
    calm = [t for t in shown if t < rise] + [rise - 1]
    left.plot(calm, curve[calm], color=ink, lw=1.2, ls=dashes, label=rf"$\eta={r}$")
    marks = torch.linspace(rise - 1, 1000, 41).int().tolist()
    pairs = [(a, curve[a : b + 1].aminmax()) for a, b in zip(marks, marks[1:]) if b > a]
    if pairs:  # the band that the oscillation sweeps
        left.fill_between([a for a, _ in pairs], *zip(*(v for _, v in pairs)), color=ink, alpha=0.45, lw=0)
for ax in (left, right):
    ax.axhline(floor, color="gray", ls=":", lw=1.2)
    ax.set(xscale="log", yscale="log")
left.set(xlabel="$t$", ylabel="$L$", ylim=(0.0018, 0.3))
right.set(xlabel=r"$\eta\,t$")
fig.legend(loc="outside upper center", ncols=4)
plt.show()
# --8<-- [end:figure]
