# %% [markdown] lang="en"
# # The printed output belongs to two other runs
# Parameter shapes, a parameter count and a re-run show that the losses of a listing came from 10 hidden units,
# its parameters from 2, and that the late losses cannot be expected from a run that rounds differently.

# %% [markdown] lang="zh"
# # 打印的输出来自另外两次运行
# 查形状、数参数、再跑一遍，就能看出：损失来自 10 个隐藏单元的运行，参数来自 2 个隐藏单元的运行，
# 而后期的损失，只要有一处舍入不同，就无法复现。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import numpy as np
import torch

torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
eta = 0.2
printed_losses = torch.tensor([0.138107522137211, 0.131863649256508, 0.0207794340695])  # steps 0, 1000, 2000
printed_late = 2.135e-4  # step 3000
printed = {  # the parameters printed after 10,000 steps
    "W1": torch.tensor([4.01292788, -0.21641021]),
    "b1": torch.tensor([-2.43843046, 0.08405058]),
    "W2": torch.tensor([-4.40329299, 0.62341179]),
    "b2": torch.tensor([1.93751242]),
}
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def train(hidden, steps, copies=1, jitter=0.0):
    """Full-batch gradient descent on the listing's data; all copies but the first start with W1 off by a jitter."""
    rng = np.random.RandomState(0)  # the legacy generator: its stream is frozen for ever
    x = rng.rand(2, 1)
    y = np.sin(2 * np.pi * x) + rng.rand(2, 1)
    W1, W2 = 0.01 * rng.randn(1, hidden), 0.01 * rng.randn(hidden, 1)
    x, y, W1, W2 = (torch.tensor(values, device=device) for values in (x, y, W1, W2))
    noise = torch.randn(copies, 1, hidden, generator=torch.Generator().manual_seed(0)).to(device)
    noise[0] = 0
    W1, W2 = W1 * (1 + jitter * noise), W2.repeat(copies, 1, 1)
    b1, b2 = torch.zeros_like(W1), torch.zeros_like(W2[:, :1])
    losses = []
    for _ in range(steps):
        h = torch.sigmoid(x @ W1 + b1)
        residual = h @ W2 + b2 - y
        losses.append(residual.square().mean((1, 2)))
        delta_hidden = residual @ W2.mT * h * (1 - h)  # 2/n = 1 for two points
        W2, b2 = W2 - eta * h.mT @ residual, b2 - eta * residual.sum(1, keepdim=True)
        W1, b1 = W1 - eta * x.T @ delta_hidden, b1 - eta * delta_hidden.sum(1, keepdim=True)
    return torch.stack(losses).cpu(), {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


losses2, parameters = train(2, 10_000)
losses10, wide = train(10, 3001, copies=16, jitter=1e-15)
same_losses2, _ = train(2, 3001, copies=16, jitter=1e-15)

count2, count10 = ([tensor[0].numel() for tensor in run.values()] for run in (parameters, wide))
print("entries of         W1  b1  W2  b2  sum")
for label, count in (("printed", [len(values) for values in printed.values()]), ("H = 2", count2), ("H = 10", count10)):
    print(f"{label:<17}" + "".join(f"{entries:>4}" for entries in (*count, sum(count))))
print("step         printed          H = 2         H = 10")
for k, loss in enumerate(printed_losses):
    print(f"{1000 * k:<6}{loss:>14.10f}{losses2[1000 * k, 0]:>15.10f}{losses10[1000 * k, 0]:>15.10f}")
largest = max((parameters[name].cpu().flatten() - values).abs().max().item() for name, values in printed.items())
print(f"H = 2 after 10,000 steps: the printed parameters, {'to the last digit' if largest < 5e-9 else 'not quite'}")
spread10, spread2 = (losses[::1000].amax(1) / losses[::1000].amin(1) - 1 for losses in (losses10, same_losses2))
print("16 copies that differ by 1e-15, spread of the loss, H = 10")
for k, limit in ((1000, 1e-10), (2000, 1e-10), (3000, 0.1)):
    print(f"step {k}: {'below' if spread10[k // 1000] < limit else 'above'} {limit:g}")
late = losses10[3000]
print(f"loss of step 3000: printed {printed_late:.3e}, median of the copies about {late.median():.0e}")

at = [0, 1000, 2000]
print("test of       against run with   shapes   losses   parameters")
first = {name: tensor[0].cpu().flatten() for name, tensor in parameters.items()}
own = losses2[at, 0], {name: values.round(decimals=8) for name, values in first.items()}  # an honest print-out
verdicts = []
for label, (losses, values), hidden, run_losses, run in (
    ("printed", (printed_losses, printed), 10, losses10, wide),
    ("printed", (printed_losses, printed), 2, losses2, parameters),
    ("own output", own, 2, losses2, parameters),
):
    flat = {name: tensor[0].cpu().flatten() for name, tensor in run.items()}
    shapes = all(len(values[name]) == len(flat[name]) for name in flat)
    verdicts.append(
        [
            shapes,
            ((losses - run_losses[at, 0]).abs() < 1e-10).all().item(),
            shapes and all(((values[name] - flat[name]).abs() < 5.1e-9).all().item() for name in flat),
        ]
    )
    passed = ["pass" if verdict else "FAIL" for verdict in verdicts[-1]]
    print(f"{label:<14}H = {hidden:<14}{passed[0]:<9}{passed[1]:<9}{passed[2]}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert [len(values) for values in printed.values()] == count2 != count10, "the printed shapes say H = 2"
assert sum(count2) == 3 * 2 + 1 and sum(count10) == 3 * 10 + 1, "1-H-1 has 3 H + 1 parameters"
assert largest < 5e-9, "the printed parameters are those of the H = 2 run, to half a unit of the last digit"
assert (losses10[at, 0] - printed_losses).abs().max() < 1e-10, "the printed losses are those of the H = 10 run"
assert (losses2[at, 0] - printed_losses).abs().min() > 5e-4, "… and not of the H = 2 run"
assert spread10[:3].max() < 1e-10 and spread10[3] > 0.1, "the instability makes rounding visible"
assert 0.5 < printed_late / late.median() < 2, "the printed loss of step 3000 agrees in size, and more cannot be asked"
assert spread2.max() < 1e-10, "the H = 2 run has no such instability"
assert verdicts == [[False, True, False], [True, False, True], [True, True, True]], "no single run passes the tests"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), layout="constrained")
for ax, first, last in ((axes[0], 0, 3000), (axes[1], 2700, 3000)):
    for copy in range(16):
        ax.semilogy(range(first, last), losses10[first:last, copy], color="C0", lw=1, alpha=0.35)
    ax.semilogy(range(first, last), losses10[first:last, 0], color="C1", lw=1.2)
    ax.set(xlabel="$t$", xlim=(first, last))
axes[0].plot(at, printed_losses, "o", color="gray", markerfacecolor="white", ms=7)
axes[0].set(ylabel="$L_t$")
plt.show()
# --8<-- [end:figure]
