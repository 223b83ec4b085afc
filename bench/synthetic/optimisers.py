# %% [markdown]
# # Three optimisers on Rosenbrock's valley
# Middling: $f(x, y) = (1 - x)^2 + 100\,(y - x^2)^2$. An optimiser imports the whole of torch._dynamo.

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

seed, steps = 0, 300
torch.manual_seed(seed)
start = torch.tensor([-1.0, 1.5]) + 0.1 * torch.randn(2)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
paths = {}
for name, eta in {"SGD": 1e-3, "RMSprop": 1e-2, "Adam": 2e-2}.items():
    p, paths[name] = start.clone().requires_grad_(), []
    optimiser = getattr(torch.optim, name)([p], lr=eta)
    for _ in range(steps):
        f = (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
        optimiser.zero_grad()
        f.backward()
        optimiser.step()
        paths[name].append(f.item())
    print(f"{name:8s} {paths[name][-1]:.5f}")
# --8<-- [end:measure]

# %% --8<-- [start:figure]
fig, ax = plt.subplots()
for name, path in paths.items():
    ax.semilogy(path, label=name)
ax.set_xlabel("step")
ax.legend()
plt.show()
# --8<-- [end:figure]
