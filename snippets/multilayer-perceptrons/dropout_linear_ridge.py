# %% [markdown] lang="en"
# # For linear regression, input dropout is a data-scaled ridge penalty
# Averaged over the masks, the squared error is $\|y - Xw\|^2 + \frac{p}{1-p} \sum_j w_j^2 \|X_{:j}\|^2$.

# %% [markdown] lang="zh"
# # 对线性回归，输入上的暂退法就是按数据缩放的岭惩罚
# 对掩码取平均，平方误差等于 $\|y - Xw\|^2 + \frac{p}{1-p} \sum_j w_j^2 \|X_{:j}\|^2$。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
n, d, K = 50, 4, 4000  # samples, inputs, masks
X = torch.randn(n, d, device=device) * torch.tensor([1.0, 1.0, 2.0, 0.5], device=device)
X[:, 1] += X[:, 0]  # two correlated inputs
y = X @ torch.tensor([2.0, -1.0, 0.5, 1.0], device=device) + torch.randn(n, device=device)
rates = [0.1, 0.3, 0.5, 0.7]
# --8<-- [end:setup]

# %% --8<-- [start:measure]
gram = X.T @ X
penalty = gram.diag().diag()  # the squared length of each column of X


def ridge(p):
    return torch.linalg.solve(gram + p / (1 - p) * penalty, X.T @ y)


w = torch.tensor([1.0, -2.0, 0.5, 3.0], device=device)  # any weights: the identity holds for all of them
fitted = []
print("  p   mean loss over masks / formula   length of the ridge solution")
for p in rates:
    X_masked = X * (torch.rand(K, n, d, device=device) >= p) / (1 - p)
    loss = (y - X_masked @ w).square().sum(1)
    formula = (y - X @ w).square().sum() + p / (1 - p) * (w**2 * gram.diag()).sum()
    gradient = 2 * torch.einsum("kni,kn->ki", X_masked, X_masked @ ridge(p) - y)  # at the ridge solution, mask by mask
    copies = X_masked.flatten(0, 1)
    fitted.append(
        torch.linalg.solve(copies.T @ copies, copies.T @ y.repeat(K))
    )  # least squares on K masked copies of the data
    print(f"{p:4}{loss.mean() / formula:16.1f}{ridge(p).norm():27.1f}")

    assert abs(loss.mean() - formula) < 5 * loss.std() / K**0.5, f"p = {p}: the expected loss is the penalised loss"
    assert (gradient.mean(0).abs() < 5 * gradient.std(0) / K**0.5).all(), f"p = {p}: the ridge solution minimises it"
# --8<-- [end:measure]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(4.8, 3.2))
t = torch.linspace(0, 0.9, 91).tolist()
path = torch.stack([ridge(p) for p in t]).cpu()
for j, ink in enumerate(("C0", "C1", "C2", "C3")):
    ax.plot(t, path[:, j], color=ink)
    ax.plot(rates, [v[j].item() for v in fitted], "o", color=ink)
    ax.annotate(
        f"$w_{j + 1}$", (0, path[0, j]), (-6, 0), textcoords="offset points", color=ink, ha="right", va="center"
    )
ax.axhline(0, color="gray", lw=0.8)
ax.set(xlabel="$p$", ylabel="$w_j$", xlim=(-0.12, 0.92), xticks=[0, 0.3, 0.5, 0.7, 0.9])
plt.show()
# --8<-- [end:figure]
