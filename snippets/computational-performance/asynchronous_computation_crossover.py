# %% [markdown] lang="en"
# # Below some size a GPU only waits for its orders; above it, its arithmetic wins
# The time of a matrix product is $\max(t_1, 2n^3/r)$ on either device: the price of issuing it, or the operations over
# the rate. A GPU has the higher price and the higher rate, so the two curves cross once.

# %% [markdown] lang="zh"
# # 规模小时 GPU 只是在等指令，规模够大时它的算力胜出
# 无论在哪种设备上，一次矩阵乘法的用时都是 $\max(t_1, 2n^3/r)$：要么是发出指令的代价，要么是运算次数除以速率。
# GPU 的代价更高，速率也更高，所以两条曲线相交一次。

# %% --8<-- [start:setup] tags=["gpu"]
import time

import matplotlib.pyplot as plt
import numpy as np
import torch

torch.manual_seed(0)
torch.backends.cuda.matmul.fp32_precision = "ieee"  # single precision on both devices
sizes = [2**k for k in range(4, 13)]
largest_on_cpu = 2048
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def seconds(n, device):  # one product and its result, the best of several: what can be reached
    A, B = torch.randn(n, n, device=device), torch.randn(n, n, device=device)
    repeats = 3 if n > 512 else 30
    took = []
    for _ in range(repeats + 2):  # two to warm up
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        C = A @ B
        if device == "cuda":
            torch.cuda.synchronize()
        took.append(time.perf_counter() - start)
    assert C.device.type == device
    return min(took[2:])


gpu = {n: seconds(n, "cuda") for n in sizes}
cpu = {n: seconds(n, "cpu") for n in sizes if n <= largest_on_cpu}
crossing = next((n for n in cpu if gpu[n] < cpu[n]), None)
print("   n   CPU, one thread (ms)      GPU (ms)   CPU / GPU")
for n in sizes:
    here = f"{cpu[n] * 1e3:20.4f}   {gpu[n] * 1e3:11.4f}   {cpu[n] / gpu[n]:9.2g}" if n in cpu else ""
    print(f"{n:4}   {here or f'{gpu[n] * 1e3:34.4f}'}")
rate = 2 * sizes[-1] ** 3 / gpu[sizes[-1]]
print(f"the GPU is first ahead at n = {crossing}; at n = {sizes[-1]} it does {rate / 1e12:.1f} TFLOP/s")
print(f"below n = {round((gpu[sizes[0]] * rate / 2) ** (1 / 3))} its time is that of the launch")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert cpu[sizes[0]] < gpu[sizes[0]], "a small product is over on the CPU before the GPU has got its order"
assert gpu[largest_on_cpu] < cpu[largest_on_cpu], "a large one is not"
assert gpu[64] < 8 * gpu[16], "launch-bound: 64 times the operations, nearly the same time"
assert 2 < gpu[4096] / gpu[2048] < 16, "bound by arithmetic: eight times the operations, about eight times the time"
ahead = [gpu[n] < cpu[n] for n in cpu]
assert ahead == sorted(ahead), "the curves cross once"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.6))
line = np.geomspace(sizes[0], sizes[-1], 200)
cpu_rate = 2 * largest_on_cpu**3 / cpu[largest_on_cpu]
for times, inks, r in ((cpu, "C1", cpu_rate), (gpu, "C0", rate)):
    ax.loglog(line, np.maximum(times[sizes[0]], 2 * line**3 / r) * 1e3, color=inks)
    ax.loglog(list(times), [t * 1e3 for t in times.values()], "o", color=inks)
ax.text(largest_on_cpu, cpu[largest_on_cpu] * 1.6e3, "CPU", color="C1", ha="right")
ax.text(sizes[0] * 1.1, gpu[sizes[0]] * 1.6e3, "GPU", color="C0")
ax.axvline(crossing, color="gray", linestyle=":")
ax.set(xlabel="$n$", ylabel="$t$ (ms)")
ax.set_xticks(sizes, [str(n) for n in sizes])
ax.minorticks_off()
plt.show()
# --8<-- [end:figure]
