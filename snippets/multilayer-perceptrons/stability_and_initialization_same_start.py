# %% [markdown] lang="en"
# # Equal starting weights are harmless without a hidden layer
# Linear and softmax regression reach the same solution from every constant; an MLP does not.

# %% [markdown] lang="zh"
# # 没有隐藏层，权重起点相同也无妨
# 线性回归与 softmax 回归从任何常数出发都得到同样的解；MLP 不行。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
x = torch.randn(200, 5, device=device)
x = torch.cat([x, torch.ones(200, 1, device=device)], 1)  # the last column carries the bias
truth = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 2.0], device=device)
targets = x @ truth + 0.1 * torch.randn(200, device=device)
least_squares = torch.linalg.lstsq(x, targets[:, None]).solution[:, 0]


def descend(x, targets, c, steps=2000):
    w = torch.full((x.shape[1],), float(c), device=device)
    eta = 1 / torch.linalg.eigvalsh(x.T @ x)[-1]  # half the largest stable rate
    for _ in range(steps):
        w -= eta * x.T @ (x @ w - targets)
    return w


print("linear regression, every weight starts at c:  w after training        distance to least squares")
distance = {}
for c in (0, 1, 7, 100):
    w = descend(x, targets, c)
    distance[c] = (w - least_squares).abs().max()
    print(f"c = {c:<6}", " ".join(f"{v:6.1f}" for v in w), "    below 1e-8" if distance[c] < 1e-8 else "    ABOVE 1e-8")

few, few_targets = torch.randn(4, 12, device=device), torch.randn(4, device=device)  # fewer samples than weights
pinv = torch.linalg.pinv(few)
wide = {c: descend(few, few_targets, c, 20000) for c in (0, 1)}
twins = descend(torch.cat([x, x[:, :1]], 1), targets, 0)  # the first feature appears twice
# --8<-- [end:measure]

# %% --8<-- [start:train]
digits = load_digits()
order = torch.randperm(len(digits.target))
X = torch.tensor(digits.data / 16)[order].to(device)
y = torch.tensor(digits.target)[order].to(device)
train, test = slice(0, 1000), slice(1000, None)
eta, epochs, decay = 0.25, 20, 0.01
batches = [torch.randperm(1000, device=device).split(50) for _ in range(epochs)]


def softmax_start(w):
    return [w, torch.zeros(10, device=device)]


def mlp_start(w1, w2):
    return [w1, torch.zeros(16, device=device), w2, torch.zeros(10, device=device)]


def logits(theta, x):
    for w, b in zip(theta[:-2:2], theta[1:-2:2]):
        x = torch.tanh(x @ w + b)
    return x @ theta[-2] + theta[-1]


shapes, starts = ((64, 10), (64, 16), (16, 10)), range(1, 4)
random = {k: [torch.randn(*shape, device=device) / shape[0] ** 0.5 for shape in shapes] for k in starts}
constant = [torch.ones(*shape, device=device) for shape in shapes]
arms = {  # start, weight decay
    "softmax, c = 0": (softmax_start(0 * constant[0]), 0),
    "softmax, c = 0.5": (softmax_start(0.5 * constant[0]), 0),
    "softmax, c = 3": (softmax_start(3 * constant[0]), 0),
    "decay, c = 0": (softmax_start(0 * constant[0]), decay),
    "decay, c = 0.5": (softmax_start(0.5 * constant[0]), decay),
    "MLP, c = 0.1": (mlp_start(0.1 * constant[1], 0.1 * constant[2]), 0),
}
arms |= {f"softmax, random {k}": (softmax_start(random[k][0]), 0) for k in starts}
arms |= {f"MLP, random {k}": (mlp_start(*random[k][1:]), 0) for k in starts}
curves, accuracy, final = {}, {}, {}
for name, (start, penalty) in arms.items():
    theta = [p.clone().requires_grad_() for p in start]
    curves[name] = []
    for epoch in batches:
        with torch.no_grad():
            curves[name].append(cross_entropy(logits(theta, X[train]), y[train]).item())
        for batch in epoch:
            loss = cross_entropy(logits(theta, X[batch]), y[batch])
            gradients = torch.autograd.grad(loss, theta)
            with torch.no_grad():
                for p, g in zip(theta, gradients):
                    p -= eta * (g + penalty * p)
    with torch.no_grad():
        accuracy[name] = (logits(theta, X[test]).argmax(1) == y[test]).double().mean().item()
    final[name] = [p.detach() for p in theta]
print("start               training loss before epoch 20   test accuracy")
for name, curve in curves.items():
    print(f"{name:<20}{curve[-1]:15.2f}{accuracy[name]:26.2f}")
# --8<-- [end:train]

# %% --8<-- [start:claims]
assert max(distance.values()) < 1e-8, "linear regression: least squares from every start"
assert (wide[0] - pinv @ few_targets).abs().max() < 1e-8, "n < d, from zero: the solution of least norm"
c_null = 1 - pinv @ few.sum(1)  # the part of the start (1, ..., 1) that no sample sees
assert (wide[1] - wide[0] - c_null).abs().max() < 1e-8, "otherwise the null part stays"
assert (twins[0] - twins[-1]).abs() < 1e-9 and (twins[0] + twins[-1] - least_squares[0]).abs() < 1e-6, (
    "twin features share"
)

W = {name: p[0] for name, p in final.items()}
for c in (0.5, 3):
    assert (W[f"softmax, c = {c}"] - c - W["softmax, c = 0"]).abs().max() < 1e-9, "the constant just stays, unseen"
    assert accuracy[f"softmax, c = {c}"] == accuracy["softmax, c = 0"] > 0.9
assert (W["softmax, c = 0"][:, 0] - W["softmax, c = 0"][:, 1]).norm() > 1, "the classes differ"
assert (W["softmax, c = 0"].sum(1)).abs().max() < 1e-9, "from zero, the class weights sum to zero"
for k in starts:
    assert abs(accuracy[f"softmax, random {k}"] - accuracy["softmax, c = 0"]) < 0.04, "a random start gains nothing"
    assert abs(curves[f"softmax, random {k}"][-1] - curves["softmax, c = 0"][-1]) < 0.01
    assert accuracy[f"MLP, random {k}"] > 0.85 and curves[f"MLP, random {k}"][-1] < curves["softmax, c = 0"][-1]
gap = W["decay, c = 0.5"] - W["decay, c = 0"]
steps = epochs * len(batches[0])
assert (gap - 0.5 * (1 - eta * decay) ** steps).abs().max() < 1e-9, (
    "with weight decay the constant decays, still unseen"
)
hidden = final["MLP, c = 0.1"][0]
assert (hidden.amax(1) - hidden.amin(1)).max() < 1e-6 and accuracy["MLP, c = 0.1"] < 0.6, "hidden units stay equal"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.4))
t = range(epochs)
ax.plot(t, curves["softmax, c = 0"], color="C0", lw=6, alpha=0.28, solid_capstyle="butt")
ax.plot(t, curves["softmax, c = 0.5"], color="C0", lw=1.6, ls=(0, (4, 3)))
ax.plot(t, curves["softmax, c = 3"], "o", color="C0", ms=4)
for k in starts:
    ax.plot(t, curves[f"softmax, random {k}"], color="C2", lw=1)
    ax.plot(t, curves[f"MLP, random {k}"], color="C4", lw=1)
ax.plot(t, curves["MLP, c = 0.1"], color="C1")
ax.text(19.4, curves["MLP, c = 0.1"][-1], r"MLP, $c = 0.1$", color="C1", va="center")
ax.text(19.4, 0.27, r"softmax, $c = 0, \frac{1}{2}, 3$", color="C0", va="center")
ax.text(19.4, 0.195, r"softmax, $\mathcal{N}$", color="C2", va="center")
ax.text(19.4, curves["MLP, random 1"][-1], r"MLP, $\mathcal{N}$", color="C4", va="center")
ax.set(xlabel="$t$", ylabel="$L$", yscale="log", xlim=(0, 26), xticks=[0, 5, 10, 15, 19])
ax.set(yticks=[0.1, 0.2, 0.5, 1, 2], yticklabels=["0.1", "0.2", "0.5", "1", "2"], ylim=(0.1, 3))
ax.minorticks_off()
plt.show()
# --8<-- [end:figure]
