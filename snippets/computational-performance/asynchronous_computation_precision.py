# %% [markdown] lang="en"
# # TF32 and bfloat16 products are faster, and err as much as their bits say
# Three ways to multiply two single-precision matrices on tensor cores or without; the error is measured against double
# precision and compared with what rounding the factors explains.

# %% [markdown] lang="zh"
# # TF32 与 bfloat16 的乘法更快，误差正如其位数所示
# 用三种方式乘两个单精度矩阵，有的用张量核心，有的不用；误差以双精度为准，与舍入因子所能解释的大小对照。

# %% --8<-- [start:setup] tags=["gpu"]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
device, n = "cuda", 4096
bits = {"float32": 24, "tf32": 11, "bfloat16": 8}
tensor_cores = torch.cuda.get_device_capability() >= (8, 0)  # older GPUs have neither of the two formats
A, B = torch.randn(2, n, n, device=device)
exact = A[:256].double() @ B.double()  # some rows are enough to know the error
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def multiply(name):
    torch.backends.cuda.matmul.fp32_precision = "tf32" if name == "tf32" else "ieee"
    return a[name] @ b[name]


def milliseconds(name, repeats=10):  # by the GPU's own clock, all products queued at once
    multiply(name)
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for _ in range(repeats):
        C = multiply(name)
    end.record()
    torch.cuda.synchronize()
    return start.elapsed_time(end) / repeats, ((C[:256].double() - exact).norm() / exact.norm()).item()


a = {name: A.bfloat16() if name == "bfloat16" else A for name in bits}
b = {name: B.bfloat16() if name == "bfloat16" else B for name in bits}
found = {name: milliseconds(name) for name in bits}
print("             ms   TFLOP/s   speed   relative error   error * 2^p")
for name, (took, error) in found.items():
    rate, speed = 2 * n**3 / took / 1e9, found["float32"][0] / took
    print(f"{name:<9} {took:5.2f}   {rate:7.0f}   {speed:5.1f}   {error:14.1e}   {error * 2 ** bits[name]:11.2f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert found["float32"][1] < 1e-5, "single precision: rounding errors of a sum of 4096 products"
assert 0.5 < found["bfloat16"][1] * 2 ** bits["bfloat16"] < 2, "two rounded factors and a rounded result"
if tensor_cores:
    assert 0.3 < found["tf32"][1] * 2 ** bits["tf32"] < 2.5, "the low bits rounded (0.6) or simply dropped (1.2)"
    assert found["float32"][1] < found["tf32"][1] < found["bfloat16"][1], "fewer bits, larger error"
    assert found["bfloat16"][0] < found["float32"][0], "half the bytes, and arithmetic units made for it"
else:
    assert found["tf32"][1] < 1e-5, "without such units the request for TF32 changes nothing"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.2))
for ink, (name, (took, error)) in zip(("C2", "C0", "C1"), found.items()):
    rate = 2 * n**3 / took / 1e9
    ax.loglog(error, rate, "o", color=ink, markersize=8)
    ax.axvline(0.6 * 2.0 ** -bits[name], color=ink, linestyle=":")
    ax.annotate(name, (error, rate), (8, -4), textcoords="offset points", color=ink)
ax.set(xlabel=r"$\|C'-C\|_F\,/\,\|C\|_F$", ylabel="TFLOP/s", xlim=(1e-8, 0.1))
plt.show()
# --8<-- [end:figure]
