# %% [markdown] lang="en"
# # A joint search: choose on validation data, test once
# Random search over learning rate, width and depth; the number of epochs comes free from the best validation epoch.
# Five complete searches, each on a split of its own. A test set is used for one network only: the winner.

# %% [markdown] lang="zh"
# # 联合搜索：在验证集上选，只测一次
# 对学习率、宽度、深度做随机搜索；轮数不必另搜，取验证集上最好的那一轮即可。
# 完整的搜索做五遍，每遍各自划分数据。测试集只用于一个网络：胜出的那个。

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
searches, trials, epochs, batch_size, widest = 5, 20, 10, 50, 32  # the budget: 20 trainings of 10 epochs per search
train, validation, test = slice(0, 1000), slice(1000, 1400), slice(1400, None)
split = torch.stack([torch.randperm(len(y)) for _ in range(searches)]).to(device)  # row s: the split of search s
# --8<-- [end:setup]

# %% --8<-- [start:train]
configurations = [  # one list per search: (learning rate, width, number of hidden layers)
    [(10 ** (3.5 * torch.rand(()).item() - 3), 8 * 2 ** torch.randint(3, ()).item(), 1 + torch.randint(3, ()).item())
     for _ in range(trials)]
    for _ in range(searches)
]  # fmt: skip


def logits(parameters, x):
    for k in range(0, len(parameters), 2):
        x = torch.baddbmm(parameters[k + 1], torch.relu(x) if k else x, parameters[k])
    return x


def train_all(depth):
    """Train every trial of this depth side by side; its search, trial, best validation accuracy, that epoch and its parameters."""
    who = [(s, t) for s in range(searches) for t in range(trials) if configurations[s][t][2] == depth]
    eta = torch.tensor([configurations[s][t][0] for s, t in who], device=device).view(-1, 1, 1)
    width = torch.tensor([configurations[s][t][1] for s, t in who], device=device).view(-1, 1, 1)
    used = (
        torch.arange(widest, device=device) < width
    ).float()  # units beyond the width have zero weights and stay unused
    parameters = []
    for k in range(depth + 1):
        n_in, n_out = 64 if k == 0 else widest, 10 if k == depth else widest
        W = torch.randn(len(who), n_in, n_out, device=device) * (2 / (width if k else 64)) ** 0.5  # He initialization
        W = W * (used.mT if k else 1) * (used if k < depth else 1)
        parameters += [W.requires_grad_(), torch.zeros(len(who), 1, n_out, device=device, requires_grad=True)]
    rows = split[[s for s, _ in who]]
    best, best_epoch = torch.full((len(who),), -1.0, device=device), torch.zeros(len(who), device=device)
    kept = [p.detach().clone() for p in parameters]
    for epoch in range(1, epochs + 1):
        for batch in torch.randperm(1000, device=device).split(batch_size):
            chosen = rows[:, train][:, batch]
            losses = cross_entropy(logits(parameters, X[chosen]).mT, y[chosen], reduction="none").mean(1)
            gradients = torch.autograd.grad(losses.sum(), parameters)  # the runs share no parameter
            with torch.no_grad():
                for p, g in zip(parameters, gradients):
                    p -= eta * g
        with torch.no_grad():
            accuracy = (logits(parameters, X[rows[:, validation]]).argmax(2) == y[rows[:, validation]]).float().mean(1)
            better = accuracy > best
            best, best_epoch = torch.where(better, accuracy, best), torch.where(better, epoch, best_epoch)
            kept = [torch.where(better.view(-1, 1, 1), p, old) for p, old in zip(parameters, kept)]
    return [(s, t, best[i].item(), int(best_epoch[i]), [p[i : i + 1] for p in kept]) for i, (s, t) in enumerate(who)]


done = [run for depth in (1, 2, 3) for run in train_all(depth)]
reports = []
print("search  eta     width  layers  epoch   validation  test (standard error)")
for s in range(searches):
    _, t, valid, epoch, parameters = max((run for run in done if run[0] == s), key=lambda run: run[2])
    rows = split[s, test]
    tested = (
        (logits(parameters, X[rows][None]).argmax(2) == y[rows]).float().mean().item()
    )  # the only use of the test set
    error = (tested * (1 - tested) / len(rows)) ** 0.5
    reports.append((valid, tested, error))
    rate, width, depth = configurations[s][t]
    print(f"{s + 1:<8}{rate:<8.3f}{width:<7d}{depth:<8d}{epoch:<8d}{valid:<12.3f}{tested:.3f} ({error:.3f})")
valid, tested, _ = torch.tensor(reports).T
print(f"mean    {valid.mean():37.3f}{tested.mean():13.3f}")
# --8<-- [end:train]

# %% --8<-- [start:explain]
score = torch.tensor([run[2] for run in done])
settings = torch.tensor([configurations[s][t] for s, t, *_ in done])


def explained(groups):
    """Share of the variance of the scores that lies between the groups."""
    means = torch.stack([score[groups == g].mean() for g in groups])  # one entry per trial
    return (means.var() / score.var()).item()


decade = settings[:, 0].log10().floor()
shares = {"learning rate": explained(decade), "width": explained(settings[:, 1]), "layers": explained(settings[:, 2])}
print(f"share of the variance of {len(score)} validation accuracies explained by each setting alone")
for name, share in shares.items():
    print(f"{name:<14}{share:.1f}")
# --8<-- [end:explain]

# %% --8<-- [start:claims]
assert len(done) == searches * trials, "the budget was spent as stated"
assert score.max() > score.median() + 0.02, "the winner beats the median trial"
assert tested.mean() > 0.85, "on data never used for a decision"
assert score[settings[:, 0] < 0.003].max() < valid.min() - 0.05, "rates below 0.003 are far behind after 10 epochs"
assert shares["learning rate"] > 2 * max(shares["width"], shares["layers"]), "the learning rate matters most"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.6))
for depth in (1, 2, 3):
    rows = settings[:, 2] == depth
    ax.scatter(
        settings[rows, 0],
        score[rows],
        s=4 * settings[rows, 1],
        color=f"C{depth - 1}",
        alpha=0.55,
        lw=0,
        label=f"{depth}",
    )
ax.set(xscale="log", xlabel=r"$\eta$", ylabel="$V$", ylim=(0, 1.02))
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), title="$L$")
plt.show()
# --8<-- [end:figure]
