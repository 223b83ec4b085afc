# %% [markdown] lang="en"
# # The matrix product costs more than the activation
# A layer of width $n$ spends $n$ multiplications and additions per output and evaluates one activation.

# %% [markdown] lang="zh"
# # 矩阵乘法比激活函数贵得多
# 宽度为 $n$ 的层，每个输出要做 $n$ 次乘加，而激活函数只算一次。

# %% --8<-- [start:setup]
import time

import torch

torch.manual_seed(0)
n = 1024
x, W = torch.randn(n, n), torch.randn(n, n)  # on the CPU: on a GPU both are over almost before they start
# --8<-- [end:setup]

# %% --8<-- [start:measure]
operations = {f.__name__: lambda f=f: f(x) for f in (torch.relu, torch.tanh, torch.sigmoid)} | {
    "product": lambda: x @ W
}
seconds = dict.fromkeys(operations, float("inf"))
for _ in range(20):  # in turn, and the fastest counts: what else the machine does costs all of them some rounds
    for name, operation in operations.items():
        start = time.perf_counter()
        operation()
        seconds[name] = min(seconds[name], time.perf_counter() - start)
product = seconds.pop("product")
for name, elementwise in seconds.items():
    print(f"{name:<8} less than half the price of the matrix product: {2 * elementwise < product}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert max(seconds.values()) < product, "the activation is not what a layer pays for"
# --8<-- [end:claims]
