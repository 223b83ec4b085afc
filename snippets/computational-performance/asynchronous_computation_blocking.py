# %% [markdown] lang="en"
# # A blocking call ends when its value exists, an asynchronous one when the work is queued
# A worker that may not finish before it is allowed to shows the difference without a clock. PyTorch's conversions to
# Python and NumPy need the value itself; on the CPU it is there as soon as the operation returns.

# %% [markdown] lang="zh"
# # 阻塞调用等到值存在才返回，异步调用只等任务入队
# 让后台线程得到许可才能完工，不用时钟就能看出区别。PyTorch 转换到 Python 与 NumPy 时需要值本身；
# 在 CPU 上，运算一返回，值就已经在那里了。

# %% --8<-- [start:setup]
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def product(x, allowed):  # the back end: it cannot end before it is allowed to
    allowed.wait()
    return x @ x


x, allowed, log = torch.randn(4, 4), threading.Event(), []
with ThreadPoolExecutor(max_workers=1) as backend:
    promise = backend.submit(product, x, allowed)  # asynchronous: only queues
    log.append(("submit() has returned, the value exists", promise.done()))
    threading.Timer(0.05, allowed.set).start()
    value = promise.result()  # synchronous: waits for the value
    log.append(("result() has returned, the value exists", promise.done()))
for line, exists in log:
    print(f"{line}: {exists}")


def refusal(convert):
    try:
        convert()
    except (RuntimeError, TypeError, ValueError) as error:
        return type(error).__name__


refused = [
    refusal(lambda: torch.zeros(2).item()),
    refusal(lambda: torch.zeros(2, requires_grad=True).numpy()),
]
print(f"item() of two elements: {refused[0]}; numpy() of a tensor that requires grad: {refused[1]}")

A = torch.randn(1000, 1000)
product_seconds, item_seconds = [], []
for _ in range(5):
    start = time.perf_counter()
    C = A @ A
    middle = time.perf_counter()
    C[0, 0].item()
    product_seconds.append(middle - start)
    item_seconds.append(time.perf_counter() - middle)
late = min(item_seconds) < 0.1 * min(product_seconds)
print(f"on the CPU, item() after a product takes less than a tenth of the product: {late}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert [exists for _, exists in log] == [False, True], "queued at once; result() comes back with the value"
assert torch.equal(value, x @ x), "waiting changes when the value is there, not which value it is"
assert torch.tensor([2.5]).item() == 2.5 and type(torch.tensor([2.5]).item()) is float
assert refused == ["RuntimeError", "RuntimeError"], "one number from one element; no NumPy array behind autograd's back"
assert late, "an eager CPU operation returns when it is done, so nothing is left to wait for"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
t1, t2, t3, n = 1, 2, 0.5, 5


def timeline(blocking):  # start and duration of each issue, execution, return
    issues, runs, returns, now, free = [], [], [], 0, 0
    for k in range(n):
        issues.append((now, t1))
        now += t1
        runs.append((max(now, free), t2))
        free = runs[-1][0] + t2
        if blocking or k == n - 1:
            returns.append((free, t3))
            now = free + t3
    return issues, runs, returns


fig, axes = plt.subplots(2, 1, figsize=(7.2, 3.2), sharex=True)
for ax, blocking in zip(axes, (True, False)):
    issues, runs, returns = timeline(blocking)
    ax.broken_barh(issues, (1.1, 0.8), color="C0")
    ax.broken_barh(runs, (0.1, 0.8), color="C1")
    ax.broken_barh(returns, (1.1, 0.8), color="C2")
    for bars, y, label in ((issues, 1.5, "$t_1$"), (runs, 0.5, "$t_2$"), (returns, 1.5, "$t_3$")):
        for start, length in bars:
            ax.text(start + length / 2, y, label, ha="center", va="center", fontsize=9, color="#fefefe")
    end = returns[-1][0] + t3
    expected = n * (t1 + t2 + t3) if blocking else max(t1 + n * t2, n * t1 + t2) + t3
    assert end == expected, "the drawing obeys the formula"
    ax.axvline(end, color="gray", linestyle="--")
    ax.text(end + 0.15, 1, f"{end:g}", va="center", color="gray")
    ax.set(yticks=[0.5, 1.5], yticklabels=["B", "F"], xlim=(0, 19), ylim=(0, 2))
    ax.grid(visible=False)
axes[1].set(xlabel="$t$")
plt.show()
# --8<-- [end:figure]
