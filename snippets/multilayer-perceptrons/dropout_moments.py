# %% [markdown] lang="en"
# # Inverted dropout keeps the mean of an activation and adds variance
# Given $h$, the masked activation $h' = mh/(1-p)$ has mean $h$ and variance $h^2 p/(1-p)$; after the next
# nonlinearity the mean is no longer kept.

# %% [markdown] lang="zh"
# # 反向缩放的暂退法保持激活的均值，并增大方差
# 给定 $h$，加掩码后的激活 $h' = mh/(1-p)$ 均值为 $h$，方差为 $h^2 p/(1-p)$；再经过一个非线性，均值就不再保持。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
K = 50_000  # masks
h = torch.linspace(-2, 2, 9, device=device)
rates = [0.2, 0.5, 0.8]
# --8<-- [end:setup]

# %% --8<-- [start:measure]
masked = torch.stack([F.dropout(h.expand(K, -1), p) for p in rates])  # rate, mask, unit
q = 1 - torch.tensor(rates, device=device)[:, None]
theory = h**2 * (1 - q) / q
variance = masked.var(1)
print("   p   mean of h' / h   variance of h' / (h^2 p / (1 - p))")
for p, mean, ratio in zip(rates, masked.mean(1)[:, -1] / h[-1], variance[:, -1] / theory[:, -1]):
    print(f"{p:4}{mean:12.1f}{ratio:20.1f}")

centred = h - 0.5  # an affine map of h, then a ReLU
after_affine = (masked - 0.5).mean(1) - centred
after_relu = torch.relu(masked - 0.5).mean(1) - torch.relu(centred)
print(f"E relu(h' - 1/2) - relu(h - 1/2) at h = 1, p = 0.5: {after_relu[1, 6]:.2f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
sigma = theory.sqrt()  # five standard errors; the fourth moment of a two-valued variable is exact
assert ((masked.mean(1) - h).abs() <= 5 * sigma / K**0.5 + 1e-12).all(), "E[h'] = h"
fourth = theory**2 * ((1 - q) / q + q / (1 - q) - 1)
assert ((variance - theory).abs() <= 5 * ((fourth - theory**2).clamp(min=0) / K).sqrt() + 26 * theory / K).all(), (
    "Var(h' | h) = h^2 p / (1 - p)"
)
assert (after_affine.abs() <= 5 * sigma / K**0.5 + 1e-12).all(), "an affine map keeps the mean"
exact = q * torch.relu(h / q - 0.5) - torch.relu(h - 0.5)  # the unit is 0 with probability p, where relu(0 - 1/2) = 0
assert ((after_relu - exact).abs() <= 5 * sigma / K**0.5 + 1e-12).all() and exact[1, 6] == 0.25, "a ReLU does not"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.0))
t = torch.linspace(-2.1, 2.1, 211)
for k, (p, ink) in enumerate(zip(rates, ("C0", "C1", "C2"))):
    axes[0].plot(h.cpu(), masked[k].mean(0).cpu(), "o", color=ink, ms=8 - 2 * k)
    axes[1].plot(t, t**2 * p / (1 - p), color=ink, label=f"$p={p}$")
    axes[1].plot(h.cpu(), variance[k].cpu(), "o", color=ink)
axes[0].plot(t, t, color="gray", lw=1.2, zorder=0)
axes[0].set(xlabel="$h$", ylabel=r"$\mathrm{E}[h'\mid h]$", xlim=(-2.2, 2.2))
axes[1].set(xlabel="$h$", ylabel=r"$\mathrm{Var}(h'\mid h)$", xlim=(-2.2, 2.2))
axes[1].legend(loc="upper center")
plt.show()
# --8<-- [end:figure]
