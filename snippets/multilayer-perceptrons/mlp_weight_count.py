# %% [markdown] lang="en"
# # 65,546,000 weights, counted without allocating one
# A $256\times256$ image, 1000 hidden units, 10 classes: $256\cdot256\cdot1000 + 1000\cdot10$ weights,
# all but 0.02 % of them in the first layer.

# %% [markdown] lang="zh"
# # 不分配内存，数出 65,546,000 个权重
# $256\times256$ 的图片，1000 个隐藏单元，10 个类别：权重共 $256\cdot256\cdot1000 + 1000\cdot10$ 个，
# 除 0.02 % 之外都在第一层。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
from torch import nn

side, h, q = 256, 1000, 10
# --8<-- [end:setup]

# %% --8<-- [start:measure]
weights, biases = {}, {}
for channels in (1, 3):
    net = nn.Sequential(  # shapes, but no memory: the device "meta" holds no values
        nn.Flatten(),
        nn.Linear(channels * side * side, h, device="meta"),
        nn.ReLU(),
        nn.Linear(h, q, device="meta"),
    )
    layers = net[1], net[3]
    weights[channels] = [layer.weight.numel() for layer in layers]
    biases[channels] = [layer.bias.numel() for layer in layers]
    total = sum(weights[channels])
    print(f"{channels} channel(s): {' + '.join(f'{w:,}' for w in weights[channels])} = {total:,} weights")
    print(f"    and {sum(biases[channels]):,} biases; in float32 the weights take {4 * total:,} bytes")
print(f"1 channel: {4 * sum(weights[1]) / 2**20:.2f} MiB; the first layer holds {weights[1][0] / sum(weights[1]):.3%}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert sum(weights[1]) == side * side * h + h * q == 65_546_000
assert sum(biases[1]) == h + q == 1010
assert sum(weights[1]) + sum(biases[1]) == 65_547_010
assert sum(weights[3]) == 3 * side * side * h + h * q == 196_618_000
assert layers[0].weight.device.type == "meta" and layers[0].weight.element_size() == 4
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 1.9))
labels = [r"$\mathbf{W}_h$", r"$\mathbf{W}_o$", r"$\mathbf{b}_h$", r"$\mathbf{b}_o$"]
counts = weights[1] + biases[1]
ax.barh(range(4), counts, color=["C0", "C0", "C1", "C1"], height=0.62)
for row, count in enumerate(counts):
    ax.text(count * 1.25, row, f"{count:,}", va="center")
ax.set(xscale="log", xlim=(1, 3e9), yticks=range(4), yticklabels=labels)
ax.invert_yaxis()
ax.grid(axis="y", visible=False)
ax.tick_params(axis="y", length=0, labelsize=11)
plt.show()
# --8<-- [end:figure]
