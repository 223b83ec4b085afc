# %% [markdown] lang="en"
# # torch.sigmoid and the sigmoid written by hand
# Equal on ordinary inputs. On extreme ones the hand-written forms overflow, and autograd through them returns nan
# even where the value is right.

# %% [markdown] lang="zh"
# # torch.sigmoid 与手写的 sigmoid
# 在普通输入上相等。输入极端时，手写形式会溢出；即使函数值正确，对它自动求导也会得到 nan。

# %% --8<-- [start:setup]
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
x0, y0 = [0.5, 0.3], [0.23, -0.07]
W1_0, W2_0 = [[0.2, 0.5], [-0.4, 0.6]], [[0.1, -0.3], [-0.5, 0.8]]
forms = {
    "torch.sigmoid(x)": torch.sigmoid,
    "1 / (1 + exp(-x))": lambda x: 1 / (1 + torch.exp(-x)),
    "exp(x) / (1 + exp(x))": lambda x: torch.exp(x) / (1 + torch.exp(x)),
    "(1 + tanh(x/2)) / 2": lambda x: (1 + torch.tanh(x / 2)) / 2,
}
# --8<-- [end:setup]

# %% --8<-- [start:measure]
network, extreme = {}, {}
print("value, slope (float32)       x = -100         x = 0       x = 100")
for name, sigma in forms.items():
    for dtype in (torch.float32, torch.float64):
        x, y, W1, W2 = (torch.tensor(v, dtype=dtype, device=device) for v in (x0, y0, W1_0, W2_0))
        W1.requires_grad_()
        W2.requires_grad_()
        p = sigma(W2 @ sigma(W1 @ x))
        L = ((p - y) ** 2).sum() / 2
        network[name, dtype] = torch.cat([v.detach().flatten() for v in (p, L, *torch.autograd.grad(L, [W1, W2]))])

    a = torch.tensor([-100.0, 0.0, 100.0], device=device, requires_grad=True)
    s = sigma(a)
    slope = torch.autograd.grad(s.sum(), a)[0]
    extreme[name] = s.detach(), slope
    print(f"{name:<24}" + "".join(f"{v:8.2f},{d:5.2f}" for v, d in zip(s.tolist(), slope.tolist())))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for (name, dtype), v in network.items():
    unit = torch.finfo(dtype).eps  # 1.2e-7 and 2.2e-16
    assert (v - network["torch.sigmoid(x)", dtype]).abs().max() < 4 * unit, f"{name}: same outputs, loss and gradients"

s, slope = extreme["torch.sigmoid(x)"]
assert s[1] == 0.5 and s[2] == 1 and s[0] < 1e-40 and slope.isfinite().all(), "stable: right value, right slope"
below = torch.tensor(-89.0)  # on the CPU
assert torch.sigmoid(below) == 0 < torch.exp(below), "its forward pass divides by 1 + exp(-x), overflow included"
s, slope = extreme["1 / (1 + exp(-x))"]
assert s[0] == 0 and slope[0].isnan(), "the value 1 / inf = 0 is right, its slope 0 * inf is nan"
s, slope = extreme["exp(x) / (1 + exp(x))"]
assert s[2].isnan() and slope[2].isnan(), "inf / inf"
assert extreme["(1 + tanh(x/2)) / 2"][1].isfinite().all(), "tanh saturates instead of overflowing"
early = torch.tensor(-20.0)
assert forms["(1 + tanh(x/2)) / 2"](early) == 0 < torch.sigmoid(early), "but early: where 2 exp(x) is lost beside 1"
# --8<-- [end:claims]
