# %% [markdown] lang="en"
# # An L1 penalty pulls with constant force, and only soft thresholding reaches zero
# L2 multiplies a weight by $1-\eta\lambda$. The L1 subgradient step subtracts $\eta\lambda\,\mathrm{sign}(w)$
# and ends up jittering around 0; the proximal step $S_{\eta\lambda}$, with $S_t(u) =
# \mathrm{sign}(u)\max(|u|-t, 0)$, stops exactly there.

# %% [markdown] lang="zh"
# # L1 惩罚的拉力恒定，只有软阈值才能到零
# L2 把权重乘以 $1-\eta\lambda$。L1 的次梯度步减去 $\eta\lambda\,\mathrm{sign}(w)$，最终在 0 附近来回抖动；
# 近端步 $S_{\eta\lambda}$（其中 $S_t(u) = \mathrm{sign}(u)\max(|u|-t, 0)$）则恰好停在 0。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.linear_model import Lasso

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
datasets, n, d, eta, lam = 8, 200, 20, 0.05, 0.25
X = torch.randn(datasets, n, d, device=device)
w_true = torch.zeros(d, 1, device=device)
w_true[:3, 0] = torch.tensor([2.0, -3.0, 1.5], device=device)
y = X @ w_true + 0.5 * torch.randn(datasets, n, 1, device=device)
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def gradient(w):  # of the data term, |Xw - y|^2 / 2n
    return X.mT @ (X @ w - y) / n


def soft_threshold(u, t):
    return u.sign() * (u.abs() - t).clamp(min=0)


rules = {
    "L2": lambda w: (1 - eta * lam) * w - eta * gradient(w),
    "L1 subgradient": lambda w: w - eta * (gradient(w) + lam * w.sign()),
    "L1 proximal": lambda w: soft_threshold(w - eta * gradient(w), eta * lam),
}
w_end = {}
for name, rule in rules.items():
    w = torch.full((datasets, d, 1), 0.5, device=device)
    for _ in range(1500):
        w = rule(w)
    w_end[name] = w

print(f"mean ± standard deviation over {datasets} datasets")
print("rule             exact zeros   largest of the other 17   2 becomes")
for name, w in w_end.items():
    zeros, other, first = (w == 0).sum((1, 2)).double(), w[:, 3:].abs().amax((1, 2)), w[:, 0, 0]
    print(f"{name:<17}{zeros.mean():6.0f}{other.mean():18.3f} ± {other.std():.3f}", end="")
    print(f"{first.mean():13.2f} ± {first.std():.2f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
w, g = w_end["L1 proximal"], gradient(w_end["L1 proximal"])
for X_i, y_i, w_i in zip(X.cpu(), y.cpu(), w.cpu()):
    lasso = Lasso(alpha=lam, fit_intercept=False, tol=1e-12).fit(X_i, y_i[:, 0])
    assert (w_i[:, 0] - torch.tensor(lasso.coef_)).abs().max() < 1e-8, "proximal steps end at scikit-learn's lasso"
assert torch.equal(w == 0, g.abs() < lam - 1e-8), "w_i = 0 exactly where the data pull with less than lambda"
assert (g + lam * w.sign())[w != 0].abs().max() < 1e-8, "elsewhere the data balance the pull"
assert (w[:, 3:] == 0).all() and (w[:, :3] != 0).all(), "here the zeros are the 17 irrelevant inputs"
assert (w_end["L2"] != 0).all() and (w_end["L1 subgradient"] != 0).all(), "neither of the others has an exact zero"

jitter = w_end["L1 subgradient"][:, 3:].abs().max()
assert jitter <= 2 * eta * lam, "a step across 0 lands within eta (lambda + |g|), which is at most 2 eta lambda"

kept = X[..., :3]  # on the survivors: least squares minus lambda G^-1 sign(w), with G close to the identity
gram = kept.mT @ kept / n
survivors = torch.linalg.solve(gram, kept.mT @ y / n - lam * w[:, :3].sign())
assert (w[:, :3] - survivors).abs().max() < 1e-8, "shrunk by about lambda"

u = torch.linspace(-3, 3, 601, device=device)
candidates = torch.linspace(-3, 3, 6001, device=device)
for t in (0.3, 1.0):
    s = soft_threshold(u, t)
    value = (s - u) ** 2 / 2 + t * s.abs()
    others = (candidates - u[:, None]) ** 2 / 2 + t * candidates.abs()
    assert (value <= others.min(1).values + 1e-12).all(), "S_t(u) minimises (v - u)^2 / 2 + t |v|"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2)
steps, rate, start = 120, 0.02, 0.97
inks = {"L2": "C0", "L1 subgradient": "C1", "L1 proximal": "C2"}
decay = {  # no data gradient
    "L2": lambda w: (1 - rate) * w,
    "L1 subgradient": lambda w: w - rate * (1 if w > 0 else -1),
    "L1 proximal": lambda w: max(w - rate, 0.0),
}
zoom = left.inset_axes([0.5, 0.5, 0.48, 0.46])
for name, rule in decay.items():
    path = [start]
    for _ in range(steps):
        path.append(rule(path[-1]))
    left.plot(path, color=inks[name], lw=3.5 if name == "L1 subgradient" else 1.8)
    if name != "L2":
        zoom.plot(path, color=inks[name], marker="o", ms=3.5, lw=1)
zoom.set(xlim=(44, 60), ylim=(-0.025, 0.06), xticks=[45, 50, 55, 60], yticks=[-0.02, 0, 0.02])
zoom.set_yticklabels([r"$-\eta\lambda$", "$0$", r"$\eta\lambda$"])
left.axhline(0, color="gray", lw=0.8, ls=":")
left.text(72, 0.28, r"$(1-\eta\lambda)^k w_0$", color="C0")
left.text(3, 0.2, r"$w_0-k\eta\lambda$", color="C1")
left.set(xlabel="$k$", ylabel="$w_k$", xlim=(0, steps), ylim=(-0.06, 1.02))

labels = (r"$1-\eta\lambda$", r"$\mathrm{sign}$", r"$S_{\eta\lambda}$")
for name, marker, label in zip(w_end, "osD", labels):
    right.plot(range(1, d + 1), w_end[name][0].abs().cpu(), marker, color=inks[name], ms=5, label=label)
right.axhline(2 * eta * lam, color="gray", lw=1, ls=":")
right.text(0.4, 0.03, r"$2\eta\lambda$", color="gray")
right.set_yscale("symlog", linthresh=1e-3)
right.set(xlabel="$i$", ylabel="$|w_i|$", xticks=[1, 5, 10, 15, 20], ylim=(-1e-4, 5))
right.legend(loc="upper right")
plt.show()
# --8<-- [end:figure]
