# %% [markdown] lang="en"
# # Dropout at prediction time: off, on once, on and averaged
# A network trained with $p = 0.5$ predicts without masks, with one random mask, and by averaging the
# probabilities of up to 100 masks.

# %% [markdown] lang="zh"
# # 预测时的暂退法：关闭、随机一次、多次平均
# 用 $p = 0.5$ 训练的网络，分别不加掩码、加一个随机掩码、对至多 100 个掩码的概率取平均来预测。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()
images = torch.tensor(digits.data / 16, dtype=torch.float32, device=device)
labels = torch.tensor(digits.target, device=device)
S, T, n, epochs, eta, B, p = 4, 100, 1000, 25, 0.2, 50, 0.5  # S networks, T masks per image
# --8<-- [end:setup]

# %% --8<-- [start:train]
split = torch.stack([torch.randperm(1797, device=device) for _ in range(S)])
x, y, x_test, target = images[split[:, :n]], labels[split[:, :n]], images[split[:, n:]], labels[split[:, n:]]

theta = []
for fan_in, fan_out in ((64, 64), (64, 64), (64, 10)):
    theta.append((torch.randn(S, fan_in, fan_out, device=device) * (2 / fan_in) ** 0.5).requires_grad_())
    theta.append(torch.zeros(S, 1, fan_out, device=device, requires_grad=True))


def net(x, masked):
    W1, b1, W2, b2, W3, b3 = theta
    for W, b in ((W1, b1), (W2, b2)):
        x = torch.relu(torch.baddbmm(b, x, W))
        if masked:
            x = x * (torch.rand_like(x) >= p) / (1 - p)
    return torch.baddbmm(b3, x, W3)


run = torch.arange(S, device=device)[:, None]
for epoch in range(epochs):
    for batch in torch.rand(S, n, device=device).argsort(1).split(B, dim=1):
        loss = F.cross_entropy(net(x[run, batch], True).flatten(0, 1), y[run, batch].flatten(), reduction="sum") / B
        gradients = torch.autograd.grad(loss, theta)
        with torch.no_grad():
            for parameter, gradient in zip(theta, gradients):
                parameter -= eta * gradient
# --8<-- [end:train]

# %% --8<-- [start:measure]
with torch.no_grad():
    off = net(x_test, False).softmax(2)  # network, image, class
    on = torch.stack([net(x_test, True).softmax(2) for _ in range(T)])  # mask, network, image, class
    repeatable = torch.equal(net(x_test, False).softmax(2), off)
running = on.cumsum(0) / torch.arange(1, T + 1, device=device).view(
    T, 1, 1, 1
)  # average over the first 1, 2, ..., T masks


def accuracy(prob):
    return (prob.argmax(-1) == target).float().mean(-1).cpu()


def log_loss(prob):
    return -prob.gather(-1, target[..., None].expand(*prob.shape[:-1], 1)).log().mean((-1, -2)).cpu()


clean, single, averaged = accuracy(off), accuracy(on), accuracy(running)
print(f"no mask             accuracy {clean.mean():.2f}   log-loss {log_loss(off).mean():.2f}")
print(f"one random mask     accuracy {single.mean():.2f}   log-loss {log_loss(on).mean():.2f}")
print(f"mean of {T} masks   accuracy {averaged[-1].mean():.2f}   log-loss {log_loss(running[-1]).mean():.2f}")
guess = running[-1].argmax(2, keepdim=True)
spread = on.std(0).gather(2, guess).squeeze(2)  # over the masks, of the predicted class
right = guess.squeeze(2) == target
sure, unsure = spread[right].mean(), spread[~right].mean()
print(f"spread over masks   {sure:.2f} where the averaged guess is right, {unsure:.2f} where it is wrong")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert repeatable, "no mask: every pass gives the same numbers"
assert (single.mean(0) < clean - 0.02).all(), "one random mask costs accuracy, in every network"
assert (averaged[-1] - clean).abs().max() < 0.03, "averaging many masks wins it back"
assert (log_loss(running[-1]) > log_loss(off)).all(), "here the average is the less confident, with the worse log-loss"
assert spread[~right].mean() > spread[right].mean(), "wrong guesses vary more from mask to mask"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2))
t = torch.arange(1, T + 1)
for ax, v, reference in ((axes[0], averaged, clean), (axes[1], log_loss(running), log_loss(off))):
    ax.fill_between(t, v.amin(1), v.amax(1), color="C1", alpha=0.2, lw=0)
    ax.plot(t, v.mean(1), color="C1", label=r"$\frac{1}{T}\sum_{k \leq T} f(x; m_k)$")
    ax.fill_between(t, reference.min(), reference.max(), color="C0", alpha=0.2, lw=0)
    ax.axhline(reference.mean(), color="C0", label="$f(x)$")
    ax.set(xscale="log", xlabel="$T$", xlim=(1, T), xticks=[1, 10, 100])
    ax.set_xticklabels(["1", "10", "100"])
axes[0].set(ylabel="$a$")
axes[1].set(ylabel="$L$", ylim=(0, None))
axes[1].legend(loc="upper right")
plt.show()
# --8<-- [end:figure]
