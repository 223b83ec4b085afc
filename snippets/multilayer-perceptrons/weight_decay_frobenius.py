# %% [markdown] lang="en"
# # The squared Frobenius norm is a trace
# $\|\mathbf W\|_F^2 = \sum_{ij} W_{ij}^2 = \mathrm{tr}(\mathbf W^\top\mathbf W) = \sum_i \sigma_i^2$, and the
# gradient of $\frac\lambda2\|\mathbf W\|_F^2$ is $\lambda\mathbf W$.

# %% [markdown] lang="zh"
# # Frobenius 范数的平方是一个迹
# $\|\mathbf W\|_F^2 = \sum_{ij} W_{ij}^2 = \mathrm{tr}(\mathbf W^\top\mathbf W) = \sum_i \sigma_i^2$，
# 而 $\frac\lambda2\|\mathbf W\|_F^2$ 的梯度是 $\lambda\mathbf W$。

# %% --8<-- [start:setup]
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
W = torch.randn(5, 3, device=device, requires_grad=True)
lam = 0.1
# --8<-- [end:setup]

# %% --8<-- [start:measure]
sigma = torch.linalg.svdvals(W)
squared_norm = {
    "sum of squares": (W**2).sum(),
    "tr(W'W)": (W.T @ W).trace(),
    "tr(WW')": (W @ W.T).trace(),
    "singular values": (sigma**2).sum(),
    "vec(W)'vec(W)": W.flatten() @ W.flatten(),
}
for name, value in squared_norm.items():
    ratio = (value / torch.linalg.matrix_norm(W, "fro") ** 2).item()
    print(f"{name:<18}/ |W|_F^2 = {ratio:.12f}")
print("shapes: W'W", tuple((W.T @ W).shape), "  WW'", tuple((W @ W.T).shape))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for name, value in squared_norm.items():
    assert abs(value - torch.linalg.matrix_norm(W, "fro") ** 2) < 1e-12, name

(gradient,) = torch.autograd.grad(lam / 2 * (W.T @ W).trace(), W)
assert (gradient - lam * W).abs().max() < 1e-12, "weight decay of a matrix: lambda W"
(gradient,) = torch.autograd.grad(torch.linalg.matrix_norm(W, "fro"), W)
assert (gradient - W / W.norm()).abs().max() < 1e-12, "without the square, W / |W|_F"

spectral, frobenius = torch.linalg.matrix_norm(W, 2), W.norm()
assert spectral < frobenius < 3**0.5 * spectral, "the largest singular value is another norm"
Q = torch.linalg.qr(W.detach())[0]  # orthonormal columns: three singular values, all equal to 1
assert abs(Q.norm() - 3**0.5 * torch.linalg.matrix_norm(Q, 2)) < 1e-12, "equal singular values reach the upper bound"
rank_one = torch.outer(W[:, 0], W[0])
assert abs(rank_one.norm() - torch.linalg.matrix_norm(rank_one, 2)) < 1e-12, "rank 1 reaches the lower bound"

R, S = torch.linalg.qr(torch.randn(5, 5, device=device))[0], torch.linalg.qr(torch.randn(3, 3, device=device))[0]
assert abs((R @ W @ S).norm() - W.norm()) < 1e-12, "rotations on either side change nothing"
# --8<-- [end:claims]
