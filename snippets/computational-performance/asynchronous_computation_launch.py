# %% [markdown] lang="en"
# # On a GPU a call returns before its work is done, and item() waits for it
# An event recorded after the work answers without waiting whether the GPU has got there. Times of queued products are
# compared with $\max(t_1 + nt_2,\; nt_1 + t_2) + t_3$, the three parts of which are measured one by one.

# %% [markdown] lang="zh"
# # 在 GPU 上，调用在工作完成之前就返回，item() 则等它完成
# 在工作之后记录一个事件，不必等待就能查到 GPU 是否已经执行到那里。再把排队执行乘法的用时与
# $\max(t_1 + nt_2,\; nt_1 + t_2) + t_3$ 对照，其中三部分分别测出。

# %% --8<-- [start:setup] tags=["gpu"]
import time
from statistics import median

import matplotlib.pyplot as plt
import numpy as np
import torch

torch.manual_seed(0)
device = "cuda"
n, sizes = 200, (32, 256, 512, 1024, 2048)
matrices = {size: torch.randn(size, size, device=device) for size in sizes}
big = torch.randn(4096, 4096, device=device)
for A in (big, *matrices.values()):  # the first call of a kernel also loads it
    torch.mm(A, A)[0, 0].item()
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def seconds(work, repeats=5):  # median, and nothing is queued before the clock starts
    took = []
    for _ in range(repeats):
        torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return median(took)


C, done = torch.empty_like(big), torch.cuda.Event()
torch.cuda.synchronize()
for _ in range(20):
    torch.mm(big, big, out=C)
done.record()
returned_early = not done.query()
C[0, 0].item()
waited = done.query()
print(f"20 products queued, done when the calls had returned: {not returned_early}, after item(): {waited}")


def queue(A, C):
    for _ in range(n):
        torch.mm(A, A, out=C)


def execution(A, C):  # t2: all n products are queued behind other work, so the GPU never waits for the front end
    for busy in (16, 64, 256, 1024):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        ahead = torch.empty_like(big)
        for _ in range(busy):
            torch.mm(big, big, out=ahead)
        start.record()
        before = time.perf_counter()
        queue(A, C)
        issue = (time.perf_counter() - before) / n  # t1: the queue has room, so this is issuing alone
        end.record()
        behind = not start.query()
        torch.cuda.synchronize()
        if behind:
            return issue, start.elapsed_time(end) / 1000 / n
    raise RuntimeError("the GPU never falls behind its orders: are calls synchronous (CUDA_LAUNCH_BLOCKING)?")


rows = []
for size, A in matrices.items():
    C = torch.empty_like(A)
    t1, t2 = (median(times) for times in zip(*(execution(A, C) for _ in range(3))))
    t3 = seconds(lambda: C[0, 0].item())
    queued = seconds(lambda: (queue(A, C), C[0, 0].item()))
    stepwise = seconds(lambda: [torch.mm(A, A, out=C)[0, 0].item() for _ in range(n)])
    rows.append((size, t1, t2, t3, queued, stepwise))
print("size   t1 (us)   t2 (us)   t3 (us)   queued / formula   one by one / queued")
for size, t1, t2, t3, queued, stepwise in rows:
    formula = max(t1 + n * t2, n * t1 + t2) + t3
    print(
        f"{size:4}   {t1 * 1e6:7.1f}   {t2 * 1e6:7.1f}   {t3 * 1e6:7.1f}   {queued / formula:16.2f}   {stepwise / queued:19.1f}"
    )
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert returned_early and waited, "the calls return before the work is done; item() does not"
for size, t1, t2, t3, queued, stepwise in rows:
    formula = max(t1 + n * t2, n * t1 + t2) + t3
    assert 1 / 2 < queued / formula < 2, f"the formula gives the time of the queue, {size}"
    if n * (t1 + t2 + t3) > 2 * formula:
        assert stepwise > queued, f"waiting in every iteration costs time where the formula says a lot, {size}"
assert rows[-1][2] > rows[-1][1], "for large matrices the GPU is the bottleneck"
assert rows[-1][2] > 8 * rows[1][2], "512 times the operations; the time issuing takes has not grown with them"
assert rows[-1][1] < rows[-1][2] / 2, "issuing is hidden behind executing"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
ratio = np.geomspace(0.1, 1000, 200)
fig, ax = plt.subplots(figsize=(7.2, 3.4))
ax.loglog(ratio, np.maximum(1 + n * ratio, n + ratio) / n, color="C0")
for size, t1, t2, t3, queued, stepwise in rows:
    ax.loglog(t2 / t1, queued / n / t1, "o", color="C0")
    ax.loglog(t2 / t1, stepwise / n / t1, "o", color="C1", markerfacecolor="white")
    ax.annotate(f"{size}", (t2 / t1, queued / n / t1), (4, -12), textcoords="offset points", fontsize=9)
ax.axvline(1, color="gray", linestyle=":")
ax.set(xlabel="$t_2/t_1$", ylabel="$T/(n\\,t_1)$")
plt.show()
# --8<-- [end:figure]
