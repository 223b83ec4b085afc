# %% [markdown] lang="en"
# # $2k$ units in $k$ layers make $2^k$ pieces; in one layer that takes at least $2^k-1$ units
# The tent map $t(x)=2\,\mathrm{ReLU}(x)-4\,\mathrm{ReLU}(x-\frac12)$, composed $k$ times, runs up and down $2^{k-1}$ times.

# %% [markdown] lang="zh"
# # $k$ 层共 $2k$ 个单元能折出 $2^k$ 段；只用一层，至少要 $2^k-1$ 个单元
# 帐篷映射 $t(x)=2\,\mathrm{ReLU}(x)-4\,\mathrm{ReLU}(x-\frac12)$ 复合 $k$ 次，来回起伏 $2^{k-1}$ 次。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
x = torch.arange(2**12 + 1, device=device) / 2**12  # dyadic numbers: every value below is exact
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def deep_net(k):
    """The tent map composed k times: k hidden layers of two units."""
    layers = []
    for i in range(k):
        layers += [nn.Linear(2 if i else 1, 2), nn.ReLU()]
    net = nn.Sequential(*layers, nn.Linear(2, 1)).to(device)
    with torch.no_grad():
        for i, layer in enumerate(net[::2]):
            combine = torch.tensor([[2.0, -4.0]])  # t = 2 u - 4 v from the two units before
            copies = torch.ones(2, 1)
            layer.weight.copy_(copies if i == 0 else combine if i == k else copies @ combine)
            layer.bias.copy_(torch.zeros(1) if i == k else torch.tensor([0, -0.5]))
    return net


def wide_net(k):
    """The same function on [0, 1] with one hidden layer of 2^k units: the interpolant of its corners."""
    m = 2**k
    net = nn.Sequential(nn.Linear(1, m), nn.ReLU(), nn.Linear(m, 1)).to(device)
    with torch.no_grad():
        net[0].weight.fill_(1)
        net[0].bias.copy_(-torch.arange(m) / m)
        net[2].weight.copy_(2 * m * (-1.0) ** torch.arange(m)[None])
        net[2].weight[0, 0] = m
        net[2].bias.zero_()
    return net


pieces, output = {}, {}
print("k   pieces   deep: units, parameters   wide: units, parameters")
for k in range(1, 9):
    deep, wide = deep_net(k), wide_net(k)
    output[k] = deep(x[:, None]).detach().squeeze(), wide(x[:, None]).detach().squeeze()
    slopes = output[k][0].diff()
    pieces[k] = 1 + (slopes.diff() != 0).sum().item()
    sizes = [sum(p.numel() for p in net.parameters()) for net in (deep, wide)]
    print(f"{k}   {pieces[k]:4} {2 * k:13} {sizes[0]:10} {2**k:18} {sizes[1]:10}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for k, (deep, wide) in output.items():
    assert pieces[k] == 2**k, "k compositions of the tent map have 2^k pieces"
    assert torch.equal(deep, wide), "one hidden layer of 2^k units computes the same"
    corners = deep[:: 2 ** (12 - k)]
    assert torch.equal(corners, torch.arange(2**k + 1, device=device) % 2 * 1.0), "0, 1, 0, 1, ... at j / 2^k"
    assert sum(p.numel() for p in deep_net(k).parameters()) == 6 * k + 1, "parameters of the deep net"
    assert sum(p.numel() for p in wide_net(k).parameters()) == 3 * 2**k + 1, "parameters of the wide net"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplot_mosaic([[1, "count"], [2, "count"], [4, "count"]], figsize=(7.2, 3.8), width_ratios=[1.25, 1])
for k in (1, 2, 4):
    axes[k].plot(x.cpu(), output[k][0].cpu(), color="C0", lw=1.6)
    axes[k].set(ylabel=f"$t^{{({k})}}(x)$", xticks=[0, 0.25, 0.5, 0.75, 1], yticks=[0, 1], ylim=(-0.08, 1.08))
    if k < 4:
        axes[k].set(xticklabels=[])
axes[4].set(xlabel="$x$")
count = axes["count"]
units = torch.arange(2, 17)
count.plot(units, units + 1, color="C1")
count.plot(units, 2 ** (units / 2), color="C0")
count.plot([2 * k for k in pieces], list(pieces.values()), "o", color="C0")
count.set(yscale="log", xlabel="$m$", xticks=range(2, 17, 2), yticks=[2**k for k in range(1, 9)])
count.set(yticklabels=[2**k for k in range(1, 9)])
count.minorticks_off()
count.text(11.4, 90, "$2^{m/2}$", color="C0", ha="right")
count.text(16, 12.2, "$m + 1$", color="C1", ha="right", va="top")
plt.show()
# --8<-- [end:figure]
