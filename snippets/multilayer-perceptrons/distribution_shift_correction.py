# %% [markdown] lang="en"
# # Importance weights from a domain classifier
# The weights $\beta = p(x) / q(x)$ are estimated as $e^{h(x)}$ from the logit $h$ of a classifier of target against source.
# They help a model that is too simple, and cost variance where it is not.

# %% [markdown] lang="zh"
# # 由区分两域的分类器得到重要性权重
# 训练一个区分目标与源的分类器，其 logit 为 $h$，则权重 $\beta = p(x) / q(x)$ 可用 $e^{h(x)}$ 估计。
# 模型过于简单时，加权有用；模型足够时，只会增大方差。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
runs, n = 500, 200  # repetitions; samples of the source and of the target in each
q, p = torch.distributions.Normal(0.5, 0.5), torch.distributions.Normal(0.0, 0.3)  # source and target
x_source, x_target = (d.sample((runs, n)).to(device) for d in (q, p))
noise = 0.3 * torch.randn(runs, n, device=device)
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def features(x, degree):
    return torch.stack([x**k for k in range(degree + 1)], -1)


def log_ratio(x_source, x_target):
    """Logit of a logistic regression at the source points; on 1, x, x^2, as the log ratio of two normals is quadratic."""
    X = features(torch.cat([x_source, x_target], 1), 2)
    z = torch.cat([torch.zeros_like(x_source), torch.ones_like(x_target)], 1)
    w = torch.zeros(runs, 3, 1, device=device)
    for _ in range(15):
        prob = torch.sigmoid(X @ w)
        hessian = X.mT @ (prob * (1 - prob) * X) + 1e-6 * torch.eye(3, device=device)
        w = w + torch.linalg.solve(hessian, X.mT @ (z[..., None] - prob))
    return (features(x_source, 2) @ w)[..., 0]  # equal sample sizes: the logit is log p(x) / q(x)


def fit_line(x, y, beta):
    X = features(x, 1)
    return torch.linalg.solve(X.mT @ (beta[..., None] * X), X.mT @ (beta * y)[..., None])


estimated = log_ratio(x_source, x_target)
exact = (p.log_prob(x_source.cpu()) - q.log_prob(x_source.cpu())).to(device)
weights = {"none": torch.ones_like(exact), "exact": exact.exp(), "estimated": estimated.exp()}
x_new = p.sample((2000,)).to(device)  # the target, to measure on
truths = {"cubic": lambda x: x**3 - x, "linear": lambda x: 1 + 2 * x}
error = {}
print("excess error on the target, median" + "".join(f"{name:>11}" for name in weights))
for truth, f in truths.items():
    for name, beta in weights.items():
        line = fit_line(x_source, f(x_source) + noise, beta)
        error[truth, name] = ((features(x_new, 1) @ line)[..., 0] - f(x_new)).square().mean(1)
    print(f"{'truth ' + truth:<34}" + "".join(f"{error[truth, name].median():>11.1g}" for name in weights))
correlation = torch.stack([torch.corrcoef(torch.stack(pair))[0, 1] for pair in zip(estimated, exact)])
size = weights["exact"].sum(1) ** 2 / weights["exact"].square().sum(1)
print(f"effective sample size of the exact weights, median: {size.median() / n:.1f} n")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for name in ("exact", "estimated"):
    helped = (error["cubic", name] < error["cubic", "none"]).double().mean()
    assert helped > 0.9, "too simple a model: weights help nearly always"
    assert error["cubic", name].median() < 0.3 * error["cubic", "none"].median(), "… and by more than a factor of three"
    loss = error["linear", name] - error["linear", "none"]
    assert loss.mean() > 5 * loss.std() / runs**0.5, "a model that contains the truth: weights only add variance"
assert correlation.median() > 0.95, "the estimated log weights follow the exact ones"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.6))
beta, y = weights["estimated"][0].cpu(), (truths["cubic"](x_source) + noise)[0].cpu()
t = torch.linspace(-0.9, 1.9, 100)
ax.plot(t, truths["cubic"](t), color="gray", lw=4, alpha=0.6)
ax.scatter(x_source[0].cpu(), y, s=4 + 25 * beta, color="C0", alpha=0.5, lw=0, rasterized=True)
ax.plot(x_target[0].cpu(), torch.full((n,), -1.45), "|", color="C1", ms=10, alpha=0.5)
for name, color, style in (("none", "C0", "--"), ("estimated", "C1", "-")):
    line = fit_line(x_source[:1], (truths["cubic"](x_source) + noise)[:1], weights[name][:1])[0].cpu()
    ax.plot(t, line[0] + line[1] * t, color=color, ls=style)
ax.set(xlabel="$x$", ylabel="$y$", xlim=(-0.9, 1.9), ylim=(-1.55, 1.6))
plt.show()
# --8<-- [end:figure]
