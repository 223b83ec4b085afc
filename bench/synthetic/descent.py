# %% [markdown]
# # Gradient descent on a linear regression
# Middling: thousands of small steps, $\mathbf w \leftarrow \mathbf w - \eta\nabla L(\mathbf w)$, one figure.

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

seed, steps = 0, 1000
torch.manual_seed(seed)
X, truth = torch.randn(500, 8), torch.randn(8)
y = X @ truth + 0.1 * torch.randn(500)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
w, losses = torch.zeros(8, requires_grad=True), []
for _ in range(steps):
    loss = ((X @ w - y) ** 2).mean()
    (gradient,) = torch.autograd.grad(loss, w)
    with torch.no_grad():
        w -= 0.02 * gradient
    losses.append(loss.item())
print(f"final loss {losses[-1]:.5f}")
# --8<-- [end:measure]

# %% --8<-- [start:figure]
plt.semilogy(losses)
plt.xlabel("step")
plt.ylabel("$L$")
plt.show()
# --8<-- [end:figure]
