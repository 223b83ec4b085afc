# %% [markdown] lang="en"
# # The best of K equal configurations looks better than it is
# Every configuration has true accuracy $a = 0.9$ and is scored on $m$ samples. The expected maximum of $K$ such scores
# has a closed form; a fresh test set puts the winner back at $a$.

# %% [markdown] lang="zh"
# # K 个同样好的配置，最好的那个看上去更好
# 每个配置的真实准确率都是 $a = 0.9$，在 $m$ 个样本上评分。$K$ 个分数最大值的期望有解析式；
# 换一份新的测试集，胜者又回到 $a$。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
a, sizes, counts, repetitions = 0.9, (100, 400, 1600), (1, 2, 5, 10, 25, 50, 100), 4000
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def expected_maximum(m):
    """E[max of K scores] = sum over k of P(max > k) / m, from the binomial distribution function F."""
    k = torch.arange(m + 1, device=device)
    log_choose = torch.lgamma(torch.tensor(m + 1.0)) - torch.lgamma(k + 1.0) - torch.lgamma(m - k + 1.0)
    F = (log_choose + k * torch.tensor(a).log() + (m - k) * torch.tensor(1 - a).log()).exp().cumsum(0).clamp(max=1)
    return torch.stack([(1 - F[:-1] ** K).sum() / m for K in counts]).cpu()


theory, measured, fresh = {}, {}, {}
for m in sizes:
    theory[m] = expected_maximum(m)
    scores = torch.distributions.Binomial(m, torch.tensor(a, device=device)).sample((repetitions, counts[-1])) / m
    measured[m] = torch.stack([scores[:, :K].amax(1) for K in counts]).cpu()  # validation score of the winner
    tests = torch.distributions.Binomial(m, torch.tensor(a, device=device)).sample((repetitions, counts[-1])) / m
    fresh[m] = tests.gather(1, scores.argmax(1, keepdim=True))[:, 0].cpu()  # its score on a fresh set of the same size

print("expected score of the winner, true accuracy 0.9")
print("    m" + "".join(f"{f'K = {K}':>9}" for K in counts) + "   winner on a fresh set")
for m in sizes:
    print(f"{m:5d}" + "".join(f"{value:9.3f}" for value in theory[m]) + f"{fresh[m].mean():16.2f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for m in sizes:
    standard_error = measured[m].std(1) / repetitions**0.5
    assert ((measured[m].mean(1) - theory[m]).abs() < 5 * standard_error).all(), (
        f"m = {m}: simulation and closed form differ"
    )
    assert abs(fresh[m].mean() - a) < 5 * (a * (1 - a) / m / repetitions) ** 0.5, (
        "the test score of the winner is unbiased"
    )
    assert abs(theory[m][0] - a) < 1e-9, "one configuration: no selection, no bias"
assert theory[100][-1] > 0.95 and theory[1600][-1] < 0.92, "100 configurations: five points too good, or two"
assert (theory[1600] - a <= (theory[100] - a) / 2 + 1e-9).all(), "16 times the data: less than half the bias"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.4))
for line, m in enumerate(sizes):
    ax.plot(counts, theory[m], color=f"C{line}")
    ax.plot(counts, measured[m].mean(1), "o", color=f"C{line}")
    ax.text(106, theory[m][-1], f"$m = {m}$", color=f"C{line}", va="center")
    ax.plot(100, fresh[m].mean(), "D", color=f"C{line}", markerfacecolor="white", ms=6, zorder=4)
ax.axhline(a, color="gray", lw=0.8, ls=":")
ax.set(xscale="log", xlabel="$K$", ylabel=r"$\mathrm{E}[\max]$", xlim=(0.9, 190), xticks=counts, xticklabels=counts)
ax.minorticks_off()
plt.show()
# --8<-- [end:figure]
