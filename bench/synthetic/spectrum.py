# %% [markdown]
# # Singular values of a Gaussian matrix
# Light, and text alone: $\sigma_1 \approx \sqrt m + \sqrt n$.

# %% --8<-- [start:setup]
import torch

seed, steps = 0, 1
torch.manual_seed(seed)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
for _ in range(steps):
    largest = torch.linalg.svdvals(torch.randn(400, 300))[0].item()
    print(f"{largest:.2f} of {400**0.5 + 300**0.5:.2f}")
# --8<-- [end:measure]
