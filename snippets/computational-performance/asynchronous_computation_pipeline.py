# %% [markdown] lang="en"
# # n queued computations take max(t1 + n t2, n t1 + t2) + t3
# A task is issued at $kt_1$ and starts when it has been issued and the back end is free. The recursion is evaluated in
# whole numbers and once more by two real threads that hand over tasks on a shared clock.

# %% [markdown] lang="zh"
# # n 个入队的计算耗时 max(t1 + n t2, n t1 + t2) + t3
# 第 $k$ 个任务在 $kt_1$ 时刻发出，等到已发出且后端空闲时开始。递推用整数精确计算，
# 再由两个真实的线程按共享的时钟交接任务，重做一遍。

# %% --8<-- [start:setup]
import queue
import threading
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import torch

torch.manual_seed(0)
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def makespan(n, t1, t2):  # C_k = max(C_{k-1}, k t1) + t2
    done = 0
    for k in range(1, n + 1):
        done = max(done, k * t1) + t2
    return done


def theory(n, t1, t2):
    return max(t1 + n * t2, n * t1 + t2)


def book(n, t1, t2):
    return t1 + n * t2


times = [(t1, t2) for t1 in range(1, 17) for t2 in range(25)]
ns = (1, 2, 3, 10, 1000)
wrong = [(n, t1, t2) for n in ns for t1, t2 in times if makespan(n, t1, t2) != theory(n, t1, t2)]
print(f"{len(ns) * len(times)} cases, recursion and formula differ in {len(wrong)}")

n, t1 = 1000, Fraction(1)
print("   t2   book's condition   book's formula   exact")
for t2 in (Fraction(2), Fraction(1), Fraction(9995, 10000), Fraction(1, 2)):
    condition = n * t2 > (n - 1) * t1
    print(f"{float(t2):6.4f}   {condition!s:16}   {float(book(n, t1, t2)):14.4f}   {float(makespan(n, t1, t2)):9.4f}")


def threads(n, t1, t2):  # each thread has a clock of its own; a task carries the moment at which it was issued
    line, ended = queue.Queue(), []

    def backend():
        clock = 0
        while (issued := line.get()) is not None:
            clock = max(clock, issued) + t2
        ended.append(clock)

    worker = threading.Thread(target=backend)
    worker.start()
    clock = 0
    for _ in range(n):
        clock += t1
        line.put(clock)
    line.put(None)
    worker.join()
    return ended[0]


run = [(threads(50, *pair), theory(50, *pair)) for pair in ((1, 4), (4, 1), (2, 2))]
print("two threads, n = 50:", ", ".join(f"{measured} = {expected}" for measured, expected in run))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert not wrong, "max(t1 + n t2, n t1 + t2), for every n and every ratio"
for n in ns[1:]:
    for t1, t2 in times:
        gap = theory(n, t1, t2) - book(n, t1, t2)
        assert (gap == 0) == (t2 >= t1), "the book's formula is exact if and only if t2 >= t1"
        if n * t2 > (n - 1) * t1:
            assert 0 <= gap < t1, "under the book's condition it is short by less than one issuing time"
n, t1, t2 = 1000, Fraction(1), Fraction(9995, 10000)
assert n * t2 > (n - 1) * t1 and makespan(n, t1, t2) - book(n, t1, t2) == (n - 1) * (t1 - t2) == Fraction(4995, 10000)
assert all(measured == expected for measured, expected in run)
assert theory(1000, 1, 2) == 2001 and 1000 * (1 + 2) == 3000, "without t3: 2001 queued, 3000 one after the other"
assert theory(1000, 2, 1) == 2001 != 2 + max(999 * 2, 1000 * 1), "the last task must still run after it was issued"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
n, ratio = 20, np.linspace(0, 3, 301)
dots = [Fraction(k, 4) for k in range(0, 13)]
fig, ax = plt.subplots(figsize=(7.2, 3.4))
ax.plot(ratio, 1 + ratio, color="C1")
ax.plot(ratio, np.maximum(1 + n * ratio, n + ratio) / n, color="C0")
ax.plot(ratio, (1 + n * ratio) / n, "--", color="C2")
ax.plot([float(r) for r in dots], [float(makespan(n, 1, r)) / n for r in dots], "o", color="C0")
ax.axvline(1, color="gray", linestyle=":")
ax.text(1.55, 2.75, "$t_1+t_2$", color="C1", ha="right")
ax.text(2.2, 1.95, r"$\frac{1}{n}\max(t_1+nt_2,\ nt_1+t_2)$", color="C0")
ax.text(0.42, 0.3, r"$\frac{1}{n}(t_1+nt_2)$", color="C2")
ax.set(xlabel="$t_2/t_1$", ylabel="$T/(n\\,t_1)$", xlim=(0, 3), ylim=(0, 4))
plt.show()
# --8<-- [end:figure]
