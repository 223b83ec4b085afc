# %% [markdown] lang="en"
# # Only a copy from pinned memory is asynchronous, and only then can it hide behind a computation
# The GPU's copy engine reads memory by itself if the system cannot move it away (pinned). Ordinary memory first goes
# through a buffer that the driver owns, and the call waits for that.

# %% [markdown] lang="zh"
# # 只有从锁页内存出发的复制才是异步的，也只有这样才能与计算重叠
# 系统不会挪动的内存（锁页内存），GPU 的复制引擎可以自行读取；普通内存须先经过驱动程序的缓冲区，
# 调用要等这一步做完。

# %% --8<-- [start:setup] tags=["gpu"]
import time
from statistics import median

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
device = "cuda"
pageable = torch.randn(32 * 2**20)  # 128 MiB
pinned = pageable.pin_memory()
target = torch.empty_like(pageable, device=device)
A = torch.randn(4096, 4096, device=device)
product = torch.mm(A, A)  # loads the kernel
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def copy(source, repeats=5):  # seconds of the call and of the copy; was it always over when the call returned?
    calls, copies, over = [], [], []
    for _ in range(repeats + 1):
        torch.cuda.synchronize()
        start, done = time.perf_counter(), torch.cuda.Event()
        target.copy_(source, non_blocking=True)
        calls.append(time.perf_counter() - start)
        done.record()
        over.append(done.query())
        torch.cuda.synchronize()
        copies.append(time.perf_counter() - start)
    return median(calls[1:]), median(copies[1:]), all(over[1:])


size = pageable.numel() * pageable.element_size()
print("source      call (ms)   copy (ms)   GB/s")
times = {}
for name, source in (("pageable", pageable), ("pinned", pinned)):
    target.zero_()
    call, whole, over = times[name] = copy(source)
    arrived = torch.equal(target.cpu(), pageable)
    print(f"{name:<9}   {call * 1e3:9.2f}   {whole * 1e3:9.2f}   {size / whole / 1e9:4.1f}")
    assert arrived, "after synchronize() the numbers are there, whichever way they came"

side = torch.cuda.Stream()
copying = times["pinned"][1]


def work(products):
    for _ in range(products):
        torch.mm(A, A, out=product)


def spans(products, overlap):  # begin and end of the products and of the copy, in ms
    torch.cuda.synchronize()
    zero, *marks = (torch.cuda.Event(enable_timing=True) for _ in range(5))
    zero.record()
    marks[0].record()
    work(products)
    marks[1].record()
    stream = side if overlap else torch.cuda.current_stream()
    stream.wait_event(zero)
    with torch.cuda.stream(stream):
        marks[2].record()
        target.copy_(pinned, non_blocking=True)
        marks[3].record()
    torch.cuda.synchronize()
    return [zero.elapsed_time(mark) for mark in marks]


start = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
start[0].record()
work(4)
start[1].record()
torch.cuda.synchronize()
products = max(1, round(4 * copying * 1e3 / start[0].elapsed_time(start[1])))  # as long as the copy
runs = {
    overlap: sorted((spans(products, overlap) for _ in range(5)), key=lambda span: max(span))[2] for overlap in (0, 1)
}
one_after_the_other, at_once = (max(runs[overlap]) for overlap in (0, 1))
print(f"{products} products and the copy: {one_after_the_other:.1f} ms in one stream, {at_once:.1f} ms in two")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
call, whole, over = times["pinned"]
assert not over and call < whole / 2, "from pinned memory the call returns while the copy is under way"
assert times["pageable"][0] > 2 * call, "from pageable memory it stays until the numbers have left"
assert whole < 1.1 * times["pageable"][1], "and the copy itself is not slower"
calculation, moving = runs[0][1] - runs[0][0], runs[0][3] - runs[0][2]
assert at_once < 0.9 * one_after_the_other, (
    "in two streams the shorter of the two is hidden, at least for the most part"
)
assert at_once > 0.9 * max(calculation, moving), "but never both"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(2, 1, figsize=(7.2, 2.8), sharex=True)
for ax, overlap in zip(axes, (0, 1)):
    first, last, begin, end = runs[overlap]
    ax.broken_barh([(first, last - first)], (1.1, 0.8), color="C0")
    ax.broken_barh([(begin, end - begin)], (0.1, 0.8), color="C1")
    ax.axvline(max(runs[overlap]), color="gray", linestyle="--")
    ax.set(yticks=[0.5, 1.5], yticklabels=[r"$\mathrm{H}\to\mathrm{D}$", "$AA$"], ylim=(0, 2))
    ax.grid(visible=False)
axes[1].set(xlabel="$t$ (ms)", xlim=(0, None))
plt.show()
# --8<-- [end:figure]
