# %% [markdown] lang="en"
# # Every ReLU network is continuous and piecewise linear
# Where the pattern of active units is fixed, $f(\mathbf x)=\mathbf J\mathbf x+\mathbf c$ with
# $\mathbf J=\mathbf W_L\mathbf D_{L-1}\mathbf W_{L-1}\cdots\mathbf D_1\mathbf W_1$.
# Along a line all kinks can be computed, one layer after the other.

# %% [markdown] lang="zh"
# # ReLU 网络都是连续的分段线性函数
# 激活模式固定时，$f(\mathbf x)=\mathbf J\mathbf x+\mathbf c$，其中
# $\mathbf J=\mathbf W_L\mathbf D_{L-1}\mathbf W_{L-1}\cdots\mathbf D_1\mathbf W_1$。沿一条直线，
# 所有折点都能逐层算出。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)


def random_net(*widths):
    """A list of (W, b) with rows as units."""
    pairs = zip(widths, widths[1:])
    return [(torch.randn(o, i, device=device) / i**0.5, torch.randn(o, device=device)) for i, o in pairs]


# --8<-- [end:setup]


# %% --8<-- [start:measure]
def forward(net, x, alpha=0.0):
    """The output for rows x, and the pre-activations of every hidden layer; alpha is the slope for z < 0."""
    z = []
    for W, b in net[:-1]:
        z.append(x @ W.T + b)
        x = torch.where(z[-1] > 0, z[-1], alpha * z[-1])
    W, b = net[-1]
    return x @ W.T + b, z


def masked_product(net, z, alpha):
    """W_L D_{L-1} W_{L-1} ... D_1 W_1 for the pattern of one point."""
    J = torch.eye(net[0][0].shape[1], device=device)
    for (W, _), z_l in zip(net, z):
        J = torch.where(z_l > 0, 1.0, alpha)[:, None] * (W @ J)
    return net[-1][0] @ J


def kinks(net):
    """All points where a unit of a network on the real line may bend, with the unit's layer, layer by layer."""
    found = torch.empty(0, device=device)
    layer = torch.empty(0, dtype=torch.long, device=device)
    for depth in range(1, len(net)):
        inner = found if depth > 1 else torch.zeros(1, device=device)
        ends = torch.cat([inner[:1] - 2, inner, inner[-1:] + 2])
        left, right = ends[:-1, None], ends[1:, None]
        a, b = forward(net, left)[1][depth - 1], forward(net, right)[1][depth - 1]  # affine between the two ends
        t = left - a * (right - left) / (b - a)
        low, high = left.clone(), right.clone()
        low[0], high[-1] = -torch.inf, torch.inf  # the outer pieces have no end
        new = t[(t > low) & (t < high)]
        found, order = torch.cat([found, new]).sort()
        layer = torch.cat([layer, torch.full_like(new, depth, dtype=torch.long)])[order]
    return found, layer


shapes = {1: (1, 8, 1), 2: (1, 8, 8, 1), 3: (1, 8, 8, 8, 1)}
for hidden_layers, widths in shapes.items():
    counts = torch.tensor([float(len(kinks(random_net(*widths))[0])) for _ in range(20)])
    bound = 9**hidden_layers - 1
    print(f"{hidden_layers} x 8 units: {counts.mean():3.0f} ± {counts.std():2.0f} kinks, at most {bound}")
    assert counts.max() <= bound, "a layer of 8 units cuts each piece into at most 9"
# --8<-- [end:measure]

# %% --8<-- [start:claims]
grid = torch.linspace(-8, 8, 40_001, device=device)
line_nets = {hidden_layers: random_net(*widths) for hidden_layers, widths in shapes.items()}
for net in line_nets.values():
    values, (t, _) = forward(net, grid[:, None])[0].squeeze(), kinks(net)
    bent = (values[2:] - 2 * values[1:-1] + values[:-2]).abs() > 1e-11  # a kink within these three points
    distance = (grid[1:-1][bent][:, None] - t).abs().amin(1)
    assert bent.any() and (distance < 1.001 * (grid[1] - grid[0])).all(), "straight between the computed kinks"

(W, b), (a, _) = line_nets[1]  # one hidden layer: knots -b/w, jumps of the slope a|w|
t, _ = kinks(line_nets[1])
assert torch.allclose(t, (-b / W[:, 0]).sort().values), "the knots are -b/w"
ends = torch.cat([t[:1] - 1, t, t[-1:] + 1])
middle = ((ends[1:] + ends[:-1]) / 2)[:, None].requires_grad_()
slope = torch.autograd.grad(forward(line_nets[1], middle)[0].sum(), middle)[0].squeeze()
jump = (a[0] * W[:, 0].abs())[(-b / W[:, 0]).argsort()]
assert (slope.diff() - jump).abs().max() < 1e-11, "and the slope jumps there by a|w|"

for alpha in (0.0, 0.25, -0.5):  # ReLU, pReLU, and a negative slope; three inputs, two outputs
    net = random_net(3, 6, 6, 6, 2)
    x = 2 * torch.randn(300, 3, device=device)
    y = x + torch.randn_like(x) * torch.tensor([1e-3, 0.3], device=device).repeat_interleave(150)[:, None]
    (f_x, z_x), (f_y, z_y) = forward(net, x, alpha), forward(net, y, alpha)
    same = (torch.cat(z_x, 1) > 0).eq(torch.cat(z_y, 1) > 0).all(1)
    assert 100 < same.sum() < 290, "many pairs lie in one region, many straddle a boundary"
    point = x.clone().requires_grad_()
    out = forward(net, point, alpha)[0].sum(0)
    jacobian = torch.stack([torch.autograd.grad(o, point, retain_graph=True)[0] for o in out], dim=1)
    for i in same.nonzero().flatten()[:50]:
        J = masked_product(net, [z_l[i] for z_l in z_x], alpha)
        assert (jacobian[i] - J).abs().max() < 1e-12, "the Jacobian is the product of masked matrices"
        assert (f_y[i] - f_x[i] - J @ (y[i] - x[i])).abs().max() < 1e-12, "one affine map on the region"
    lipschitz = torch.stack([torch.linalg.matrix_norm(W, 2) for W, _ in net]).prod()
    assert ((f_y - f_x).norm(dim=1) <= lipschitz * (y - x).norm(dim=1)).all(), "continuous, also across boundaries"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
torch.manual_seed(15)
fig, axes = plt.subplot_mosaic([["f", "plane"], ["slope", "plane"]], figsize=(7.2, 4.0), width_ratios=[1, 1.02])
net = random_net(1, 6, 6, 1)
t, layer = kinks(net)
inside = (t > -4) & (t < 4)
t, layer = t[inside], layer[inside]
ends = torch.cat([t.new_tensor([-4]), t, t.new_tensor([4])])
middle = ((ends[1:] + ends[:-1]) / 2)[:, None].requires_grad_()
slope = torch.autograd.grad(forward(net, middle)[0].sum(), middle)[0].squeeze()
axes["f"].plot(ends.cpu(), forward(net, ends[:, None])[0].cpu(), color="gray", lw=1.6)
axes["slope"].stairs(slope.cpu().numpy(), ends.cpu().numpy(), baseline=None, color="gray", lw=1.6)
for place, depth, jump in zip(t, layer, slope.diff()):
    if jump.abs() > 1e-9:  # a kink of a unit that no later layer passes on is not seen
        ink = f"C{depth - 1}"
        axes["f"].plot(place.cpu(), forward(net, place[None, None])[0].cpu(), "o", color=ink, ms=6)
        axes["slope"].axvline(place.cpu(), color=ink, lw=1, ls=":")
axes["f"].set(ylabel="$f(x)$", xlim=(-4, 4), xticklabels=[])
axes["slope"].set(xlabel="$x$", ylabel="$f'(x)$", xlim=(-4, 4))

net = random_net(2, 6, 6, 1)
u = torch.linspace(-3, 3, 181, device=device)
points = torch.cartesian_prod(u, u)
out, z = forward(net, points)
u = u.cpu().numpy()
levels = {"levels": 15, "colors": "gray", "linewidths": 0.5, "linestyles": "solid"}
axes["plane"].contour(u, u, out.reshape(181, 181).T.cpu().numpy(), **levels)
for depth in (1, 0):
    for unit in z[depth].T:
        zero = unit.reshape(181, 181).T.cpu().numpy()
        axes["plane"].contour(u, u, zero, levels=[0], colors=f"C{depth}", linewidths=1.8)
axes["plane"].set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", xticks=range(-3, 4), yticks=range(-3, 4))
axes["plane"].grid(False)
plt.show()
# --8<-- [end:figure]
