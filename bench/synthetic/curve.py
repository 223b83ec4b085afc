# %% [markdown]
# # A function and its derivative
# Light: autograd at 400 points, $f(x) = \sin(ax)\,e^{-x^2/4}$, one figure.

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

seed, steps = 0, 1
torch.manual_seed(seed)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
a = 1 + 3 * torch.rand(())
x = torch.linspace(-3, 3, 400, requires_grad=True)
for _ in range(steps):
    f = torch.sin(a * x) * torch.exp(-(x**2) / 4)
    (slope,) = torch.autograd.grad(f.sum(), x)
print(f"largest slope {slope.abs().max().item():.4f}")
# --8<-- [end:measure]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(5, 3))
ax.plot(x.detach(), f.detach(), label="$f$")
ax.plot(x.detach(), slope, label="$f'$")
ax.set_xlabel("$x$")
ax.legend()
plt.show()
# --8<-- [end:figure]
