# %% [markdown] lang="en"
# # What the network without masks averages
# For a softmax layer on masked inputs, the prediction without a mask is exactly the normalised geometric mean
# of the predictions
# of all $2^n$ masked networks. It is not their arithmetic mean, and with a hidden ReLU layer it is neither.

# %% [markdown] lang="zh"
# # 不加掩码的网络，平均的是什么
# softmax 层的输入加掩码时，不加掩码的预测恰好等于全部 $2^n$ 个子网络预测的几何平均（再规范化）。
# 它不是算术平均；若中间有 ReLU 隐藏层，则两者都不是。

# %% --8<-- [start:setup]
import torch

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
n, p = 8, 0.3
masks = torch.cartesian_prod(*[torch.tensor([0.0, 1.0], device=device)] * n)  # all 2^8 of them, none left to chance
kept = masks.sum(1)
weight = p ** (n - kept) * (1 - p) ** kept  # probability of each mask
x = torch.randn(n, device=device)
W, V = torch.randn(3, n, device=device), torch.randn(16, n, device=device)
U = torch.randn(3, 16, device=device) / 2
# --8<-- [end:setup]

# %% --8<-- [start:measure]
networks = {
    "softmax(W x)": lambda x: torch.log_softmax(x @ W.T, -1),
    "softmax(U relu(V x))": lambda x: torch.log_softmax(torch.relu(x @ V.T) @ U.T, -1),
}
gap = {}
for name, network in networks.items():
    log_prob = network(x * masks / (1 - p))  # 256 sub-networks
    geometric = torch.softmax(weight @ log_prob, -1)
    arithmetic = weight @ log_prob.exp()
    no_mask = network(x).exp()
    gap[name] = [(no_mask - average).abs().max().item() for average in (geometric, arithmetic)]
    verdict = ["equal" if g < 1e-12 else "different" for g in gap[name]]
    print(f"{name:<21} geometric mean: {verdict[0]:<10} arithmetic mean: {verdict[1]}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert abs(weight.sum() - 1) < 1e-12, "the masks' probabilities add up to 1"
linear, deep = gap.values()
assert linear[0] < 1e-12, "one softmax layer: weight scaling is the geometric mean"
assert linear[1] > 1e-6, "and not the arithmetic mean"
assert min(deep) > 1e-6, "a hidden ReLU layer: neither"
assert ((weight @ (x * masks / (1 - p))) @ W.T - x @ W.T).abs().max() < 1e-12, "the mean of the logits is kept exactly"
# --8<-- [end:claims]
