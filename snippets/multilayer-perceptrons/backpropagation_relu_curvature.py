# %% [markdown] lang="en"
# # Where a ReLU network has curvature
# $\mathbf o = \mathbf W_2\,\mathrm{ReLU}(\mathbf W_1\mathbf x)$ is piecewise linear in each layer, so each layer's
# block of the Hessian is $\mathbf J^\top\mathbf H_{\mathbf o}\mathbf J$: the curvature of the loss, nothing else.
# Between the layers it is bilinear, so the mixed block stays.

# %% [markdown] lang="zh"
# # ReLU 网络的曲率在哪里
# $\mathbf o = \mathbf W_2\,\mathrm{ReLU}(\mathbf W_1\mathbf x)$ 对每一层分别是分段线性的，
# 因此 Hessian 在每一层的对角块是 $\mathbf J^\top\mathbf H_{\mathbf o}\mathbf J$，曲率全部来自损失；
# 两层之间是双线性的，交叉块仍在。

# %% --8<-- [start:setup]
import torch
import torch.nn.functional as F

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
d, h_units, q = 4, 24, 3
x, c, y = torch.randn(d, device=device), torch.randn(q, device=device), torch.tensor(1, device=device)
W1, W2 = torch.randn(h_units, d, device=device), torch.randn(q, h_units, device=device)
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def output(W1, W2):
    return W2 @ torch.relu(W1 @ x)


def blocks(loss):
    jacrev = torch.func.jacrev  # of the gradient
    H = jacrev(jacrev(lambda W1, W2: loss(output(W1, W2)), argnums=(0, 1)), argnums=(0, 1))(W1, W2)
    return {(i, j): H[i][j].reshape((W1, W2)[i].numel(), -1) for i in (0, 1) for j in (0, 1)}


linear = blocks(lambda o: c @ o)
cross_entropy = blocks(lambda o: F.cross_entropy(o, y))
print("block is zero       W1,W1  W1,W2  W2,W2")
for name, H in (("linear loss", linear), ("cross-entropy", cross_entropy)):
    print(f"{name:<18}" + "".join(f"{str(not H[index].any().item()):>7}" for index in ((0, 0), (0, 1), (1, 1))))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert not linear[0, 0].any() and not linear[1, 1].any(), "no second derivative within a layer"
assert linear[0, 1].any(), "but W1 and W2 multiply each other"
p = torch.softmax(output(W1, W2), 0)
H_o = torch.diag(p) - torch.outer(p, p)  # curvature of the cross-entropy in the logits
for layer in (0, 1):
    J = torch.func.jacrev(output, argnums=layer)(W1, W2).reshape(q, -1)
    assert (cross_entropy[layer, layer] - J.T @ H_o @ J).abs().max() < 1e-12, (
        "J' H_o J is the whole block, not an approximation"
    )
# --8<-- [end:claims]
