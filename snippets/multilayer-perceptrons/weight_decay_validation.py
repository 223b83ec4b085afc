# %% [markdown] lang="en"
# # The lambda chosen on a validation set is noisy, and mostly harmless
# Ridge regression with 40 samples in 40 dimensions. The true error of every model is known here, so that the
# choice made by a validation set can be compared with the best one, over many repetitions.

# %% [markdown] lang="zh"
# # 用验证集选出的 λ 带有噪声，但大多无妨
# 40 维、40 个样本的岭回归。这里每个模型的真实误差都算得出来，因此可以多次重复，把验证集的选择与最优选择相比。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
runs, n, d, sigma = 1000, 40, 40, 0.5
lams = torch.logspace(-2, 1, 13, device=device)
sizes = [10, 20, 40, 80, 160]
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def draw(size):
    X = torch.randn(runs, size, d, device=device)
    return X, X @ w_true + sigma * torch.randn(runs, size, 1, device=device)


w_true = torch.randn(runs, d, 1, device=device) / d**0.5
X, y = draw(n)
U, s, Vt = torch.linalg.svd(X)
w = Vt.mT @ ((s / (s**2 + n * lams[:, None, None]))[..., None] * (U.mT @ y))  # [lambda, run, d, 1]
true = ((w - w_true) ** 2).sum((-1, -2)) + sigma**2  # error on the population
best = true.argmin(0)

chosen, regret, optimism = {}, {}, {}
for size in sizes:
    X_valid, y_valid = draw(size)
    valid = (X_valid @ w - y_valid).square().mean((-1, -2))
    chosen[size] = valid.argmin(0)
    at_choice = true.gather(0, chosen[size][None])[0]
    regret[size] = at_choice / true.min(0).values - 1
    optimism[size] = 1 - valid.min(0).values / at_choice

print("n_val   picks the best   true error above the   minimal validation error")
print("            lambda         best (mean, median)     below the true error")
for size in sizes:
    hit, above, below = (chosen[size] == best).double(), regret[size], optimism[size]
    print(f"{size:<10}{hit.mean():6.0%} ± {hit.std() / runs**0.5:.0%}", end="")
    print(f"{above.mean():14.1%}{above.median():8.1%}{below.mean():14.0%} ± {below.std() / runs**0.5:.0%}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
hit = {size: (chosen[size] == best).double().mean() for size in sizes}
assert hit[10] < hit[160] and hit[n] < 0.5, "40 validation samples miss the best lambda more often than not"
assert all((regret[size] >= 0).all() for size in sizes), "no choice beats the best lambda"
assert regret[n].mean() < 0.1, "as many validation as training samples: missing it costs little"
assert regret[160].mean() < regret[10].mean() / 2, "and less with a larger validation set"

# E min_lambda (validation error) <= min_lambda (true error) <= true error of the choice
too_good = optimism[10]
assert too_good.mean() > 5 * too_good.std() / runs**0.5, "the minimal validation error flatters the model"
assert optimism[160].mean() < too_good.mean() / 2, "less so on a larger validation set"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, middle, right) = plt.subplots(1, 3, figsize=(7.2, 3))
bins = torch.arange(len(lams) + 1) - 0.5
for choice, ink in ((best, "C2"), (chosen[n], "C1")):
    left.hist(choice.cpu(), bins=bins, color=ink, alpha=0.25, density=True)
    left.hist(choice.cpu(), bins=bins, color=ink, histtype="step", lw=1.5, density=True)
ticks = range(0, len(lams), 4)
left.set(xticks=ticks, xticklabels=[rf"$10^{{{k}}}$" for k in (-2, -1, 0, 1)], xlabel=r"$\lambda$", yticks=[])
left.text(0, 0.34, r"$\lambda^*$", color="C2", fontsize=12)
left.text(0, 0.29, r"$\hat\lambda$", color="C1", fontsize=12)

curves = (true / true.min(0).values).cpu()
low, centre, high = curves.quantile(torch.tensor([0.25, 0.5, 0.75]), dim=1)
middle.fill_between(lams.cpu(), low, high, color="C2", alpha=0.2, lw=0)
middle.plot(lams.cpu(), centre, color="C2")
middle.axhline(1, color="gray", lw=0.8, ls=":")
middle.set(xscale="log", xlabel=r"$\lambda$", ylim=(0.9, 2.5), ylabel=r"$R(\lambda)\,/\,R(\lambda^*)$")

labels = (r"$R(\hat\lambda)/R(\lambda^*)-1$", r"$1-\hat R(\hat\lambda)/R(\hat\lambda)$")
for values, ink, label in zip((regret, optimism), ("C1", "C0"), labels):
    mean = torch.tensor([values[size].mean() for size in sizes])
    error = torch.tensor([values[size].std() / runs**0.5 for size in sizes])
    right.errorbar(sizes, 100 * mean, 100 * error, color=ink, marker="o", lw=1.2, label=label)
right.axhline(0, color="gray", lw=0.8, ls=":")
right.set(xscale="log", xlabel=r"$n_{\mathrm{val}}$", ylabel=r"$\%$")
right.legend(fontsize=8, handlelength=1)
plt.show()
# --8<-- [end:figure]
