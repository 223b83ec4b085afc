# %% [markdown] lang="en"
# # Weight decay and the L2 penalty part ways under Adam
# SGD and Adam with `weight_decay` follow the penalty $\frac\lambda2\|\mathbf w\|^2$. AdamW does not: it shrinks
# the weights outside the adaptive scaling,
# $\mathbf w \leftarrow (1-\eta\lambda)\mathbf w - \eta\,\hat{\mathbf m}/(\sqrt{\hat{\mathbf v}}+\epsilon)$.

# %% [markdown] lang="zh"
# # 在 Adam 下，权重衰减与 L2 惩罚分道扬镳
# 带 `weight_decay` 的 SGD 与 Adam 走的是惩罚 $\frac\lambda2\|\mathbf w\|^2$ 的路。AdamW 不然：
# 它在自适应缩放之外收缩权重，
# $\mathbf w \leftarrow (1-\eta\lambda)\mathbf w - \eta\,\hat{\mathbf m}/(\sqrt{\hat{\mathbf v}}+\epsilon)$。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
n, d, eta, lam = 100, 5, 0.05, 0.1
X = torch.randn(n, d, device=device) * torch.tensor([4.0, 2.0, 1.0, 0.5, 0.25], device=device)
y = X @ torch.ones(d, device=device) + torch.randn(n, device=device)
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def path(Optimizer, steps=50, weight_decay=0.0, penalty=0.0, data=1.0, **options):
    w = torch.full((d,), 2.0, device=device, requires_grad=True)
    optimizer = Optimizer([w], lr=eta, weight_decay=weight_decay, **options)
    points = [w.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        (data * ((X @ w - y) ** 2).mean() / 2 + penalty / 2 * (w**2).sum()).backward()
        optimizer.step()
        points.append(w.detach().clone())
    return torch.stack(points)


optimizers = {
    "SGD": (torch.optim.SGD, {}),
    "SGD, momentum 0.9": (torch.optim.SGD, {"momentum": 0.9}),
    "Adam": (torch.optim.Adam, {}),
    "AdamW": (torch.optim.AdamW, {}),
}
gap = {}
for name, (Optimizer, options) in optimizers.items():
    built_in = path(Optimizer, weight_decay=lam, **options)
    explicit = path(Optimizer, penalty=lam, **options)
    gap[name] = (built_in - explicit).abs().max().item()
    print(f"{name:<19}{'same path' if gap[name] < 1e-6 else 'another path'}")

# Full batch, falling learning rate: where does each of them end?
least_squares = torch.linalg.lstsq(X, y[:, None]).solution[:, 0]
ridge = torch.linalg.solve(X.T @ X + n * lam * torch.eye(d, device=device), X.T @ y)
end = {}
for Optimizer in (torch.optim.Adam, torch.optim.AdamW):
    w = torch.full((d,), 2.0, device=device, requires_grad=True)
    optimizer = Optimizer([w], lr=eta, weight_decay=lam)
    for k in range(1500):
        optimizer.param_groups[0]["lr"] = eta / (1 + k / 50)
        w.grad = X.T @ (X @ w.detach() - y) / n
        optimizer.step()
    end[Optimizer.__name__] = [
        (w.detach() - goal).norm() / (least_squares - ridge).norm() for goal in (ridge, least_squares)
    ]
print("\ndistance from   ridge   least squares   (unit: from one to the other)")
for name, (to_ridge, to_least_squares) in end.items():
    print(f"{name:<16}{to_ridge:5.1f}{to_least_squares:16.1f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for name in ("SGD", "SGD, momentum 0.9", "Adam"):
    assert gap[name] < 1e-6, f"{name}: weight_decay is the penalty, up to rounding"
assert gap["AdamW"] > 1e-2, "AdamW is not"
assert end["Adam"][0] < 1e-3, "Adam with weight_decay ends at the minimum of the penalised loss"
assert end["AdamW"][1] < 0.2, "AdamW ends next to the minimum of the loss without penalty"

# Without a data gradient only the decay is left: it shows what lambda does.
for strength in (0.001, 0.1, 10.0):
    adam = path(torch.optim.Adam, 1, weight_decay=strength, data=0.0)
    assert (adam[1] - (adam[0] - eta)).abs().max() < 1e-5, "Adam divides lambda away: a step of eta whatever lambda is"
    adamw = path(torch.optim.AdamW, 20, weight_decay=strength, data=0.0)
    assert (adamw[20] - (1 - eta * strength) ** 20 * adamw[0]).abs().max() < 1e-12, "AdamW decays geometrically"

# Decoupled decay is the penalty for plain SGD, but not with momentum, whose memory holds the penalty's gradient too.
for momentum, same in ((0.0, True), (0.9, False)):
    coupled = path(torch.optim.SGD, weight_decay=lam, momentum=momentum)[-1]
    w, velocity = torch.full((d,), 2.0, device=device), torch.zeros(d, device=device)
    for _ in range(50):
        velocity = momentum * velocity + X.T @ (X @ w - y) / n
        w = (1 - eta * lam) * w - eta * velocity
    assert ((w - coupled).abs().max() < 1e-12) == same
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, sharey=True)
for ax, Optimizer in ((left, torch.optim.Adam), (right, torch.optim.AdamW)):
    for ink, (strength, width) in enumerate(((0.1, 9), (1.0, 5), (5.0, 1.5))):  # broad below narrow: Adam's coincide
        w = path(Optimizer, 60, weight_decay=strength, data=0.0)[:, 0].cpu()
        ax.plot(w, color=f"C{ink}", lw=width, label=rf"$\lambda={strength:g}$")
    ax.axhline(0, color="gray", lw=0.8, ls=":")
    ax.set(xlabel="$k$", xlim=(0, 60))
    ax.legend(title=Optimizer.__name__)
left.set(ylabel="$w_k$")
plt.show()
# --8<-- [end:figure]
