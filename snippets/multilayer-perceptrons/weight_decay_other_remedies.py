# %% [markdown] lang="en"
# # Early stopping, input noise, label smoothing, dropout and an ensemble, all without weight decay
# 300 handwritten digits, a fifth of the labels replaced at random: the network learns the digits first and the
# false labels later. All arms of a seed share the data, the starting weights and the order of the minibatches.

# %% [markdown] lang="zh"
# # 不用权重衰减：早停、输入噪声、标签平滑、暂退法与集成
# 300 张手写数字，五分之一的标签随机替换：网络先学会数字，后记住错标签。
# 同一种子下，各组共用数据、初始权重与小批量次序。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
pixels, labels = (torch.tensor(a, device=device) for a in load_digits(return_X_y=True))
pixels = (pixels / 16).float()

seeds, n_train, n_valid, batch, epochs, eta = 5, 300, 100, 30, 60, 0.2
arms = ["plain", "member", "member", "member", "member", "noise", "smoothing", "dropout"]  # networks per seed
NOISE, SMOOTHING, DROPOUT = 5, 6, 7
first = torch.tensor([0, 1, 2, 3, 4, 0, 0, 0], device=device)  # whose start and minibatches an arm shares
# --8<-- [end:setup]


# %% --8<-- [start:train]
def corrupt(y):
    return torch.where(torch.rand(y.shape, device=device) < 0.2, torch.randint(10, y.shape, device=device), y)


order = torch.rand(seeds, len(labels), device=device).argsort(1)
train, valid, test = order.tensor_split([n_train, n_train + n_valid], dim=1)
x_train, x_valid, x_test = (pixels[rows][:, None] for rows in (train, valid, test))  # [seed, 1, sample, 64]
y_train, y_valid, y_test = corrupt(labels[train]), corrupt(labels[valid]), labels[test]  # clean labels for the test

parameters = []
for d_in, d_out in ((64, 48), (48, 48), (48, 10)):
    W = torch.randn(seeds, 5, d_in, d_out, device=device) * (2 / d_in) ** 0.5
    parameters += [W[:, first].requires_grad_(), torch.zeros(seeds, 8, 1, d_out, device=device, requires_grad=True)]


def forward(h, parameters, training=False):
    for layer in range(3):
        h = h @ parameters[2 * layer] + parameters[2 * layer + 1]
        if layer < 2:
            h = h.relu()
        if training and layer < 2:
            mask = torch.ones_like(h)
            mask[:, DROPOUT] = 2.0 * (torch.rand_like(h[:, DROPOUT]) < 0.5)
            h = h * mask
    return h


def cross_entropy(logits, y):  # one value per network
    return F.cross_entropy(logits.flatten(0, -2), y.flatten(), reduction="none").view(logits.shape[:-1]).mean(-1)


alpha = torch.zeros(8, 1, 1, device=device)
alpha[SMOOTHING] = 0.2
every_seed = torch.arange(seeds, device=device)[:, None, None]
history = []
for epoch in range(epochs):
    for rows in torch.rand(seeds, 5, n_train, device=device).argsort(-1)[:, first].split(batch, -1):
        x, y = x_train[every_seed, 0, rows], y_train[every_seed, rows]  # [seed, network, sample]
        x[:, NOISE] += 0.3 * torch.randn_like(x[:, NOISE])
        target = (1 - alpha) * F.one_hot(y, 10) + alpha / 10
        loss = -(target * forward(x, parameters, training=True).log_softmax(-1)).sum(-1).mean(-1)
        gradients = torch.autograd.grad(loss.sum(), parameters)
        with torch.no_grad():
            for p, gradient in zip(parameters, gradients):
                p -= eta * gradient

    with torch.no_grad():
        plain = [p[:, :1] for p in parameters]
        logits = forward(x_test, plain)[:, 0]
        losses = [cross_entropy(forward(x, plain)[:, 0], y) for x, y in ((x_train, y_train), (x_valid, y_valid))]
        history.append(torch.stack([*losses, (logits.argmax(-1) == y_test).float().mean(-1)]))

train_loss, valid_loss, test_accuracy = torch.stack(history).unbind(1)  # [epoch, seed]
stop = valid_loss.argmin(0)
with torch.no_grad():
    probabilities = forward(x_test, parameters).softmax(-1)
accuracy = (probabilities.argmax(-1) == y_test[:, None]).float().mean(-1)
ensemble = (probabilities[:, :5].mean(1).argmax(-1) == y_test).float().mean(-1)
result = {
    "plain, last epoch": accuracy[:, 0],
    "early stopping": test_accuracy.gather(0, stop[None])[0],
    "input noise": accuracy[:, NOISE],
    "label smoothing": accuracy[:, SMOOTHING],
    "dropout": accuracy[:, DROPOUT],
    "mean of 5 networks": accuracy[:, :5].mean(1),
    "ensemble of the 5": ensemble,
}
print(f"test accuracy, mean ± standard deviation of {seeds} seeds")
for name, value in result.items():
    print(f"{name:<20}{value.mean():.2f} ± {value.std():.2f}")
at_stop = train_loss.gather(0, stop[None])[0]
print(f"training loss at the stop {at_stop.mean():.1f}, at the end {train_loss[-1].mean():.1f}")
# --8<-- [end:train]

# %% --8<-- [start:claims]
gain = {name: (result[name] - result["plain, last epoch"]).mean() for name in list(result)[1:5]}
gain["ensemble"] = (result["ensemble of the 5"] - result["mean of 5 networks"]).mean()
for name, value in gain.items():
    assert value > 0, f"{name} raises the mean test accuracy"
assert (stop < epochs - 1).all(), "the validation loss turns before the end"
assert train_loss[-1].mean() < 0.8 * at_stop.mean(), "while the training loss goes on falling"
assert (test_accuracy.max(0).values - test_accuracy[-1]).mean() > 0.02, "later epochs learn the false labels"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.7))
t = torch.arange(1, epochs + 1)
for loss, ink in ((train_loss, "C0"), (valid_loss, "C1")):
    left.plot(t, loss.cpu(), color=ink, lw=0.6, alpha=0.4)
    left.plot(t, loss.mean(1).cpu(), color=ink)
left.plot(stop.cpu() + 1, valid_loss.min(0).values.cpu(), "o", color="C1", markerfacecolor="white", zorder=5)
left.axvline(stop.double().mean().item() + 1, color="gray", lw=1, ls=":")
left.text(stop.double().mean().item() + 2, 2.35, "$t^*$", color="gray")
left.set(xlabel="$t$", ylabel="$L$", xlim=(0, epochs), ylim=(0, 2.5))
left.text(22, 2.0, r"$L_{\mathrm{val}}$", color="C1", fontsize=12)
left.text(14, 0.4, r"$L_{\mathrm{train}}$", color="C0", fontsize=12)

ticks = ["$T$", "$t^*$", r"$x+\varepsilon$", r"$y_\alpha$", r"$\odot M$", r"$\overline{5}$", r"$\Sigma_5$"]
inks = ["C0", "C1", "C1", "C1", "C1", "C0", "C1"]
for place, (value, ink) in enumerate(zip(result.values(), inks)):
    right.plot([place] * seeds, value.cpu(), "o", color=ink, ms=4, alpha=0.5)
    right.plot([place - 0.3, place + 0.3], [value.mean().item()] * 2, color=ink, lw=2.5)
right.axhline(result["plain, last epoch"].mean().item(), color="C0", lw=1, ls=":")
right.set_xticks(range(len(ticks)), ticks, fontsize=11)
right.set(ylabel=r"$\mathrm{acc}_{\mathrm{test}}$")
right.grid(axis="x", visible=False)
plt.show()
# --8<-- [end:figure]
