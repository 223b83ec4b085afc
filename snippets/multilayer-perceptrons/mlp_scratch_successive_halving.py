# %% [markdown] lang="en"
# # Successive halving: 27 candidates for the price of three
# 27 configurations train for one epoch, the best 9 for two more, the best 3 for six more, the best one for 18 more:
# 81 epochs, the cost of training three random configurations for 27 epochs each. Eight repetitions.

# %% [markdown] lang="zh"
# # 逐次减半：用三个的代价试二十七个
# 27 个配置先训练一轮，最好的 9 个再训练两轮，最好的 3 个再训练六轮，最好的一个再训练十八轮：
# 共 81 轮，与把三个随机配置各训练 27 轮的代价相同。重复八遍。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()
X = torch.tensor(digits.data / 16, dtype=torch.float32, device=device)
y = torch.tensor(digits.target, device=device)
repetitions, candidates, h, batch_size = 8, 27, 16, 50
train, validation, test = slice(0, 1000), slice(1000, 1400), slice(1400, None)
split = torch.stack([torch.randperm(len(y)) for _ in range(repetitions)]).to(device)
# --8<-- [end:setup]

# %% --8<-- [start:train]
shape = (repetitions, candidates, 1, 1)
eta = 10 ** (3.5 * torch.rand(shape, device=device) - 3)  # log-uniform on [0.001, 3.2]
decay = 10 ** (-5 + 4 * torch.rand(shape, device=device))  # weight decay, log-uniform on [0.00001, 0.1]
width = 2 ** torch.randint(2, 5, shape, device=device)  # 4, 8 or 16 hidden units
used = (torch.arange(h, device=device) < width).float()  # units beyond the width have zero weights and stay unused
start = [
    torch.randn(repetitions, candidates, 64, h, device=device) * (2 / 64) ** 0.5 * used,
    torch.zeros(repetitions, candidates, 1, h, device=device),
    torch.randn(repetitions, candidates, h, 10, device=device) * (2 / width) ** 0.5 * used.mT,
    torch.zeros(repetitions, candidates, 1, 10, device=device),
]


def logits(state, part):
    """Logits of every (repetition, configuration), each on the split of its repetition."""
    x = X[split[:, part]][:, None]
    return torch.relu(x @ state[0] + state[1]) @ state[2] + state[3]


def correct(state, part):
    with torch.no_grad():
        return (logits(state, part).argmax(3) == y[split[:, part]][:, None]).float().mean(2)


def advance(state, who, epochs):
    """Train each of these configurations further; its new state and the validation accuracy after each epoch."""
    state, curve = [p.detach().clone().requires_grad_() for p in state], []
    rate, shrink = (s.gather(1, who[..., None, None]) for s in (eta, decay))
    for _ in range(epochs):
        for batch in torch.randperm(1000, device=device).split(batch_size):
            output = logits(state, batch)
            labels = y[split[:, batch]][:, None].expand(output.shape[:3])
            losses = (
                cross_entropy(output.flatten(0, 2), labels.flatten(), reduction="none").view(output.shape[:3]).mean(2)
            )
            gradients = torch.autograd.grad(losses.sum(), state)  # the runs share no parameter
            with torch.no_grad():
                for p, g in zip(state, gradients):
                    p -= rate * (g + shrink * p)
        curve.append(correct(state, validation))
    return [p.detach() for p in state], torch.stack(curve, 2)


def keep(state, who, which):
    """The configurations `which` (repetitions, count) of those in `state`."""
    rows = torch.arange(repetitions, device=device)[:, None]
    return [p[rows, which] for p in state], who.gather(1, which)


everyone = torch.arange(candidates, device=device).expand(repetitions, -1)
state, who, spent, rungs = start, everyone, 0, []
for survivors, epochs in ((27, 1), (9, 2), (3, 6), (1, 18)):
    if rungs:
        state, who = keep(state, who, rungs[-1][1][..., -1].topk(survivors).indices)
    state, curve = advance(state, who, epochs)
    spent += survivors * epochs
    rungs.append((who, curve))
halving = correct(state, test)[:, 0].cpu()

state, who = keep(start, everyone, everyone[:, :3])  # the rival: the first three of the same candidates, trained fully
state, curve = advance(state, who, 27)
state, _ = keep(state, who, curve[..., -1].argmax(1, keepdim=True))
rival = correct(state, test)[:, 0].cpu()
print(f"epochs spent by halving {spent}, by three full trainings {3 * 27}")
for name, values in (("successive halving", halving), ("best of three random", rival)):
    print(f"{name:<22}test accuracy, median of 8 {values.median():.2f}, worst {values.min():.1f}")
# --8<-- [end:train]

# %% --8<-- [start:claims]
assert spent == 27 * 1 + 9 * 2 + 3 * 6 + 1 * 18 == 81 == 3 * 27, "equal budgets"
assert halving.median() > 0.85, "the winners are good"
assert (halving > rival).sum() > (halving < rival).sum(), "equal cost, and more often better than three full trainings"
median = [eta[..., 0, 0].gather(1, who).median().item() for who, _ in rungs]
assert median[1] > 2 * median[0], "the first rung favours large learning rates: slow starters go"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.3), width_ratios=(1.5, 1))
begin = 0
for rung, (who, curve) in enumerate(rungs):
    curve = curve[0].cpu()
    length = curve.shape[1]
    for row, line in zip(who[0].tolist(), curve):
        alive = rung == len(rungs) - 1 or row in rungs[rung + 1][0][0].tolist()
        before = [] if rung == 0 else [rungs[rung - 1][1][0].cpu()[rungs[rung - 1][0][0].tolist().index(row), -1]]
        time = list(range(begin + (rung == 0), begin + length + 1))
        left.plot(time, before + line.tolist(), "o-", ms=3, lw=1.5, color=f"C{rung}", alpha=1 if alive else 0.4)
    begin += length
left.set(xscale="log", xlabel="$t$", ylabel="$V$", xticks=(1, 3, 9, 27), xticklabels=(1, 3, 9, 27), ylim=(0, 1.02))
left.minorticks_off()
right.plot([0, 1], [0, 1], color="gray", lw=0.8, ls=":")
right.plot(rival, halving, "o", color="C0")
right.set(xlabel=r"$3 \times 27$", ylabel=r"$27 \to 9 \to 3 \to 1$", aspect="equal", xlim=(0, 1.02), ylim=(0, 1.02))
plt.show()
# --8<-- [end:figure]
