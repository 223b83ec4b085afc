# %% [markdown] lang="en"
# # Choosing features before splitting makes noise look predictable
# The labels are coin flips, so every classifier errs half the time. If the features are chosen on all samples, cross-validation
# reports high accuracy; chosen inside the folds, it reports one half.

# %% [markdown] lang="zh"
# # 先选特征再划分，噪声也显得可预测
# 标签是抛硬币得来的，任何分类器都只能对一半。若用全部样本选特征，交叉验证会报出很高的准确率；在每折内部选，报出的就是二分之一。

# %% --8<-- [start:setup]
import torch

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
n, features, best, K, sets = 60, 2000, 20, 5, 20
# --8<-- [end:setup]

# %% --8<-- [start:measure]
x = torch.randn(sets, n, features, device=device)
y = torch.randint(0, 2, (sets, n), device=device) * 2.0 - 1  # independent of x


def select(x, y):
    """The features with the largest absolute covariance with the label."""
    return (x.mT @ (y - y.mean(1, keepdim=True))[..., None])[..., 0].abs().topk(best, 1).indices


def take(x, chosen):
    return x.gather(2, chosen[:, None].expand(-1, x.shape[1], -1))


leaky = select(x, y)  # has already seen every label
accuracy = torch.zeros(2, sets, device=device)
for k in range(K):
    held_out = torch.arange(n, device=device) % K == k
    a, b, u, v = x[:, ~held_out], y[:, ~held_out], x[:, held_out], y[:, held_out]
    for row, chosen in enumerate((leaky, select(a, b))):
        train, test = take(a, chosen), take(u, chosen)
        centre = train.mean(1, keepdim=True)  # learned inside the fold, in both cases
        w = (train - centre).mT @ (b - b.mean(1, keepdim=True))[..., None]
        score = ((test - centre) @ w)[..., 0]
        accuracy[row] += (score.sign() == v).float().mean(1) / K
print(f"CV accuracy on coin flips, mean of {sets} data sets")
print(f"features chosen on all data:     {accuracy[0].mean():.1f}")
print(f"features chosen inside each fold: {accuracy[1].mean():.1f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert accuracy[0].mean() > 0.75, "the leak fakes accuracy"
assert (accuracy[1].mean() - 0.5).abs() < 5 * accuracy[1].std() / sets**0.5, "chance, as it must be"
assert (accuracy[0] > accuracy[1]).all(), "in every data set"
# --8<-- [end:claims]
