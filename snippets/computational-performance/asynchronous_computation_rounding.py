# %% [markdown] lang="en"
# # Rounding the factors to p bits puts a relative error of 0.6 times 2^-p into a product
# TF32 and bfloat16 keep the range of single precision and cut the significand to 11 and 8 bits. Errors of the entries
# are independent, so the relative error of the product does not depend on its size.

# %% [markdown] lang="zh"
# # 把因子舍入到 p 位有效数字，乘积的相对误差约为 0.6 乘以 2^-p
# TF32 与 bfloat16 保留单精度的范围，把有效数字截到 11 位与 8 位。各元素的舍入误差相互独立，
# 所以乘积的相对误差与规模无关。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
bits = {"float32": 24, "tf32": 11, "bfloat16": 8}
sizes, seeds = (16, 32, 64, 128, 256, 512), 4
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def rounded(x, p):  # to p significant bits, half to even, as a float64
    fraction, exponent = torch.frexp(x.double())
    return torch.ldexp(torch.round(fraction * 2**p), exponent - p)


def relative(wrong, right):
    return ((wrong - right).norm() / right.norm()).item()


x = torch.randn(1_000_000, dtype=torch.float64)
entry = {name: relative(rounded(x, p), x) for name, p in bits.items()}
errors = {name: [] for name in bits}
for n in sizes:
    pairs = [torch.randn(2, n, n, dtype=torch.float64) for _ in range(seeds)]
    for name, p in bits.items():
        found = [relative(rounded(A, p) @ rounded(B, p), A @ B) for A, B in pairs]
        errors[name].append(math.sqrt(sum(e**2 for e in found) / seeds))
print("            bits   error of an entry   of a product   product * 2^p")
for name, p in bits.items():
    print(f"{name:<9}   {p:4}   {entry[name]:17.1e}   {errors[name][-1]:12.1e}   {errors[name][-1] * 2**p:13.2f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
y = torch.randn(10_000)
assert torch.equal(rounded(y, 8).float(), y.bfloat16().float()), "p = 8 is bfloat16, bit for bit"
assert torch.equal(rounded(y, 24).float(), y), "p = 24 is single precision"
for name, p in bits.items():
    assert entry[name] <= 2.0**-p, "rounding to nearest errs by at most half a unit, 2^-p of the number"
    for n, error in zip(sizes, errors[name]):
        theory = math.sqrt(2) * entry[name]  # two factors with independent errors
        # n^2 entries per product estimate it, correlated along rows and columns: n independent ones are a safe count
        assert abs(error / theory - 1) <= 5 / math.sqrt(n * seeds), f"{name}, {n}: the same at every size"
assert entry["bfloat16"] / entry["tf32"] > 7 and entry["tf32"] / entry["float32"] > 7000, "a factor 2 for each bit"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.2))
for ink, (name, p) in zip(("C2", "C0", "C1"), bits.items()):
    ax.loglog(sizes, errors[name], "o", color=ink)
    ax.axhline(math.sqrt(2) * entry[name], color=ink)
    ax.text(sizes[-1], 1.6 * errors[name][-1], f"{name}, $p={p}$", color=ink, ha="right")
ax.set(xlabel="$n$", ylabel=r"$\|C'-C\|_F\,/\,\|C\|_F$", ylim=(1e-8, 0.1))
ax.set_xticks(sizes, [str(n) for n in sizes])
ax.minorticks_off()
plt.show()
# --8<-- [end:figure]
