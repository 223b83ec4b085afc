# %% [markdown] lang="en"
# # The gradient of a scalar has the shape of its input
# $(\nabla_{\mathbf X} f)_{ij} = \partial f/\partial X_{ij}$, and
# $\mathrm df = \langle\nabla_{\mathbf X} f, \mathrm d\mathbf X\rangle_F$.
# Checked for $\mathbf a^\top\mathbf X\mathbf b$, $\mathrm{tr}(\mathbf A\mathbf X)$, $\frac12\|\mathbf X\|_F^2$
# and $\log\sum_{ij}e^{X_{ij}}$.

# %% [markdown] lang="zh"
# # 标量函数的梯度与输入同形
# $(\nabla_{\mathbf X} f)_{ij} = \partial f/\partial X_{ij}$，并且
# $\mathrm df = \langle\nabla_{\mathbf X} f, \mathrm d\mathbf X\rangle_F$。
# 用四个函数验证：$\mathbf a^\top\mathbf X\mathbf b$、$\mathrm{tr}(\mathbf A\mathbf X)$、$\frac12\|\mathbf X\|_F^2$
# 与 $\log\sum_{ij}e^{X_{ij}}$。

# %% --8<-- [start:setup]
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
n, m = 3, 5
X, V = torch.randn(2, n, m, device=device)  # V is a direction in the space of X
A = torch.randn(m, n, device=device)
a, b = torch.randn(n, device=device), torch.randn(m, device=device)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
functions = {  # name: (f, its gradient by hand)
    "a'Xb": (lambda X: a @ X @ b, torch.outer(a, b)),
    "tr(AX)": (lambda X: torch.trace(A @ X), A.T),
    "|X|^2/2": (lambda X: (X**2).sum() / 2, X),
    "log sum exp": (lambda X: torch.logsumexp(X.flatten(), 0), torch.exp(X) / torch.exp(X).sum()),
}
gradients = {name: torch.func.grad(f)(X) for name, (f, _) in functions.items()}
print(f"X            {tuple(X.shape)}")
for name, G in gradients.items():
    print(f"{name:<12} {tuple(G.shape)}")
jacobian = torch.func.jacrev(lambda X: X.T @ X)(X)  # of a matrix: one gradient of shape (n, m) per entry
print(f"X'X          {tuple((X.T @ X).shape)}, its Jacobian {tuple(jacobian.shape)}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
eps = 1e-5
units = torch.eye(n * m, device=device).reshape(-1, n, m)  # one step along each entry of X
for name, (f, by_hand) in functions.items():
    G = gradients[name]
    assert G.shape == X.shape == (n, m), f"{name}: the gradient has the shape of X"
    assert (G - by_hand).abs().max() < 1e-12, f"{name}: autograd agrees with the formula"
    central = (torch.func.vmap(f)(X + eps * units) - torch.func.vmap(f)(X - eps * units)) / (2 * eps)
    assert (central.reshape(n, m) - G).abs().max() < 1e-8, f"{name}: entry (i, j) is the slope along X_ij"
    slope = torch.func.grad(lambda t: f(X + t * V))(torch.zeros((), device=device))
    assert abs((G * V).sum() - slope) < 1e-12, f"{name}: df = <G, dX>"
    assert abs(torch.trace(G.T @ V) - slope) < 1e-12, f"{name}: df = tr(G' dX)"
assert jacobian.shape == (m, m, n, m), "the Jacobian of an m x m matrix by an n x m matrix has four indices"
# --8<-- [end:claims]
