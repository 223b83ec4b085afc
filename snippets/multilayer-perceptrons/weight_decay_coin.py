# %% [markdown] lang="en"
# # Three estimates from one coin
# Seven heads in ten tosses, prior $\mathrm{Beta}(5,5)$: maximum likelihood $0.7$, MAP
# $11/18$, posterior mean $12/20$. The mode depends on the parameter one writes the density in, the mean
# prediction does not.

# %% [markdown] lang="zh"
# # 一枚硬币，三种估计
# 掷十次得七次正面，先验 $\mathrm{Beta}(5,5)$：最大似然 $0.7$，MAP $11/18$，后验均值 $12/20$。
# 众数随参数的写法而变，按后验平均得到的预测不变。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
a, b = 5, 5  # the prior Beta(a, b)
theta = (torch.arange(200_000, device=device) + 0.5) / 200_000  # probability of heads
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def normalised(log_density):
    density = (log_density - log_density.max()).exp()
    return density / density.mean()  # the mean over the grid is the integral over (0, 1)


def estimates(heads, tosses, a=a, b=b):
    log_likelihood = heads * theta.log() + (tosses - heads) * (1 - theta).log()
    log_prior = (a - 1) * theta.log() + (b - 1) * (1 - theta).log()
    posterior = normalised(log_likelihood + log_prior)
    mle, mode = theta[log_likelihood.argmax()], theta[posterior.argmax()]
    return mle.item(), mode.item(), (theta * posterior).mean().item(), posterior


print("  heads / tosses      MLE      MAP     mean")
for heads, tosses in ((7, 10), (70, 100), (700, 1000), (7000, 10000)):
    mle, mode, mean, _ = estimates(heads, tosses)
    print(f"{heads:7d} / {tosses:<6d}{mle:11.4f}{mode:9.4f}{mean:9.4f}")

mle, mode, mean, posterior = estimates(7, 10)
two_heads = (theta**2 * posterior).mean().item()
print(f"two heads in the next two tosses: {two_heads:.4f}   mode squared {mode**2:.4f}   mean squared {mean**2:.4f}")
density_of_logit = posterior * theta * (1 - theta)  # d theta / d logit(theta) = theta (1 - theta)
in_logit = theta[density_of_logit.argmax()].item()
print(f"mode of the posterior of theta: {mode:.4f}   of logit(theta), as a probability: {in_logit:.4f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
step = 1e-5  # the argmax is a point of the grid, of spacing 5e-6
for heads, tosses in ((7, 10), (70, 100), (700, 1000), (7000, 10000)):
    mle, mode, mean, _ = estimates(heads, tosses)
    assert abs(mle - heads / tosses) < step
    assert abs(mode - (heads + a - 1) / (tosses + a + b - 2)) < step
    assert abs(mean - (heads + a) / (tosses + a + b)) < 1e-9
    assert abs(mode - mle) < 2 / tosses and abs(mean - mle) < 2 / tosses, "the prior's pull falls like 1/n"

mle, mode, mean, posterior = estimates(7, 10)
assert abs(mode - 11 / 18) < step and abs(mean - 12 / 20) < 1e-9
assert abs(in_logit - 12 / 20) < step, "the same posterior has another mode in another parameter"
assert abs(two_heads - 12 * 13 / (20 * 21)) < 1e-9, "prediction averages over the posterior"
assert abs(mean**2 - two_heads) > 0.01, "no single plug-in value gives every prediction"
uniform = estimates(7, 10, a=1, b=1)
assert abs(uniform[1] - uniform[0]) < step, "with a uniform prior MAP is maximum likelihood"
assert abs(uniform[2] - 8 / 12) < 1e-9, "but the posterior mean is not"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.8))
t = theta[::2000].cpu()
prior = normalised((a - 1) * theta.log() + (b - 1) * (1 - theta).log())[::2000].cpu()
likelihood = normalised(7 * theta.log() + 3 * (1 - theta).log())[::2000].cpu()
ax.plot(t, prior, color="C5", lw=1.4, ls="--")
ax.plot(t, likelihood, color="C0", lw=1.4)
ax.plot(t, posterior[::2000].cpu(), color="C1", lw=2.2)
ax.fill_between(t, posterior[::2000].cpu(), color="C1", alpha=0.12, lw=0)
peak = posterior.max().item()
for value, ink, label, place in (
    (mle, "C0", r"$\mathrm{MLE}=0.7$", (0.735, 2.9)),
    (mode, "C1", r"$\mathrm{MAP}=\frac{11}{18}$", (0.635, 3.68)),
    (mean, "C3", r"$E[\theta\mid D]=\frac{12}{20}$", (0.44, 3.68)),
):
    ax.plot([value, value], [0, peak if ink != "C0" else likelihood.max().item()], color=ink, lw=1.4, ls=":")
    ax.plot(value, 0, "o", color=ink, clip_on=False, zorder=5)
    ax.text(*place, label, color=ink)
ax.text(0.22, 1.5, r"$p(\theta)$", color="C5")
ax.text(0.85, 2.2, r"$\propto p(D\mid\theta)$", color="C0")
ax.text(0.4, 2.6, r"$p(\theta\mid D)$", color="C1", ha="right")
ax.set(xlabel=r"$\theta$", xlim=(0, 1), ylim=(0, 4.1), yticks=[])
plt.show()
# --8<-- [end:figure]
