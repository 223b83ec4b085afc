# %% [markdown] lang="en"
# # K-fold cross-validation chooses the degree of a polynomial
# Each sample is validated exactly once, by a model that has not seen it. The mean of the $K$ validation errors estimates the
# generalization error of a model trained on $n - n/K$ samples.

# %% [markdown] lang="zh"
# # 用 K 折交叉验证选择多项式的次数
# 每个样本恰好验证一次，验证它的模型没有见过它。$K$ 个验证误差的平均，估计的是用 $n - n/K$ 个样本训练所得模型的泛化误差。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
n, K, sigma, top, sets = 40, 5, 0.5, 10, 200


def legendre(x):
    """Legendre polynomials of degree 0..top, orthonormal for u = x / 2 uniform on [-1, 1]."""
    u = x / 2
    P = [torch.ones_like(u), u]
    for k in range(1, top):
        P.append(((2 * k + 1) * u * P[k] - k * P[k - 1]) / (k + 1))
    return torch.stack(P, -1) * torch.arange(1, 2 * top + 3, 2, device=x.device).sqrt()


def fit(Phi, y):
    Q, R = torch.linalg.qr(Phi)
    return torch.linalg.solve_triangular(R, Q.mT @ y[..., None], upper=True)


# --8<-- [end:setup]

# %% --8<-- [start:measure]
x = 4 * torch.rand(sets, n, device=device) - 2
f_star = 5 + 1.2 * x - 3.4 * x**2 / 2 + 5.6 * x**3 / 6
y = f_star + sigma * torch.randn_like(x)
Phi = legendre(x)
w_star = torch.zeros(top + 1, 1, device=device)
w_star[:4] = fit(Phi[0, :, :4], f_star[0])

folds = torch.randperm(n, device=device).reshape(
    K, n // K
)  # the samples are exchangeable: one split serves all data sets
score, fold_risk = torch.zeros(2, K, sets, top + 1, device=device)
training, risk = torch.zeros(2, sets, top + 1, device=device)
for p in range(1, top + 2):
    for k, held_out in enumerate(folds):
        rest = folds[torch.arange(K, device=device) != k].flatten()
        w = fit(Phi[:, rest, :p], y[:, rest])
        score[k, :, p - 1] = ((Phi[:, held_out, :p] @ w)[..., 0] - y[:, held_out]).square().mean(1)
        fold_risk[k, :, p - 1] = sigma**2 + ((w - w_star[:p]).square().sum((1, 2)) + w_star[p:].square().sum())
    w = fit(Phi[..., :p], y)  # the refit on all n samples
    training[:, p - 1] = ((Phi[..., :p] @ w)[..., 0] - y).square().mean(1)
    risk[:, p - 1] = sigma**2 + (w - w_star[:p]).square().sum((1, 2)) + w_star[p:].square().sum()
cv = score.mean(0)
chosen = cv.argmin(1)
by_training = training.argmin(1)

print(f"median of {sets} data sets, n = {n}, K = {K}, sigma^2 = {sigma**2}")
print("degree   training     CV   generalization")
for d in (0, 1, 2, 3, 4, 6, 8, 10):
    print(f"{d:6d}{training[:, d].median():11.2f}{cv[:, d].median():7.2f}{risk[:, d].median():17.2f}")
print(
    f"degree 3 chosen by CV in about {(chosen == 3).double().mean():.1f} of the data sets, less than 3: {(chosen < 3).sum()}"
)
print(f"degrees chosen by the training error: {by_training.unique().tolist()}")
excess = risk - sigma**2
picked = torch.arange(sets, device=device)
cells = (excess[picked, c].median().item() for c in (chosen, by_training))
print("median generalization error above sigma^2: chosen by CV {:.2f}, by the training error {:.2f}".format(*cells))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert torch.equal(folds.flatten().sort().values, torch.arange(n, device=device)), (
    "disjoint folds that cover everything"
)
assert (training.diff(dim=1) <= 1e-12).all(), "the training error never rises with the degree"
assert (by_training == top).all(), "so it always chooses the largest degree"
assert (chosen == 3).double().mean() > 0.5 and (chosen < 3).double().mean() < 0.02, "CV mostly finds the true degree"
for d in (3, 4):
    difference = cv[:, d] - fold_risk.mean(0)[:, d]
    assert difference.mean().abs() < 5 * difference.std() / sets**0.5, "CV is unbiased for models trained on 32 samples"
assert fold_risk[..., 3].mean() > risk[:, 3].mean(), "which are a little worse than the refit on 40"
assert cv.amin(1).mean() < cv.mean(0).amin(), "E min <= min E: the best of many scores is optimistic"
assert excess[picked, chosen].median() < 0.6 * excess[picked, by_training].median(), "choosing by CV pays"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.3), width_ratios=[1.4, 1])
d = torch.arange(top + 1)
for e, ink, label in ((cv, "C1", r"$\mathrm{CV}$"), (training, "C0", r"$\hat R$")):
    low, middle, high = (e.quantile(q, 0).cpu() for q in (0.1, 0.5, 0.9))
    left.fill_between(d, low, high, color=ink, alpha=0.2, lw=0)
    left.plot(d, middle, "o-", color=ink, ms=4, label=label)
left.axhline(sigma**2, color="gray", lw=0.9, ls="--")
left.text(0, sigma**2 * 0.93, r"$\sigma^2$", color="gray", va="top")
left.set(yscale="log", xlabel="$d$", xticks=range(0, 11), ylim=(0.08, 40))
left.legend(loc="upper right")
count = torch.bincount(chosen.cpu(), minlength=top + 1) / sets
right.bar(d, count, color="C1", width=0.7)
right.set(xlabel=r"$\hat d$", xticks=range(0, 11), ylim=(0, 1))
plt.show()
# --8<-- [end:figure]
