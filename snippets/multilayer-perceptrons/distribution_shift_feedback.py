# %% [markdown] lang="en"
# # A ranking that learns from the clicks it causes
# Ten items, clicked more often the higher they stand. Ranking by raw clicks freezes an early accident;
# dividing by the probability of having been seen finds the best item.

# %% [markdown] lang="zh"
# # 由自己引来的点击决定的排名
# 十个条目，排得越靠前越容易被点击。按点击总数排名，会把早期的偶然固定下来；
# 除以被看到的概率，才能找出最好的条目。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
worlds, items, rounds, visitors = 200, 10, 300, 200
attraction = torch.linspace(0.3, 0.5, items, device=device)  # click probability of an item that is looked at
seen = 1 / torch.arange(1, items + 1, device=device)  # probability that rank 1, 2, ... is looked at
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def simulate(corrected):
    """Share of worlds with the best item on top, per round."""
    clicks = torch.zeros(worlds, items, device=device)
    looks = torch.zeros(worlds, items, device=device)  # expected, known from the ranks that were shown
    best_on_top = []
    for _ in range(rounds):
        score = clicks / looks.clamp(min=1) if corrected else clicks
        order = (score + 1e-6 * torch.rand_like(score)).argsort(descending=True)  # ties fall at random
        best_on_top.append((order[:, 0] == items - 1).float().mean())
        look = torch.empty_like(clicks).scatter_(1, order, seen.expand(worlds, items))
        clicks += torch.binomial(torch.full_like(look, visitors), look * attraction)
        looks += visitors * look
    return torch.stack(best_on_top).cpu()


shares = {"clicks": simulate(False), "clicks / looks": simulate(True)}
for name, share in shares.items():
    print(f"ranking by {name:<15} best item on top in the last 50 rounds: {share[-50:].mean():.1f} of all worlds")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
naive, corrected = (share[-50:].mean().item() for share in shares.values())
chance = 1 / items
standard_error = (chance * (1 - chance) / worlds) ** 0.5  # of a share over independent worlds
assert abs(naive - chance) < 5 * standard_error, "raw clicks: the best item is on top by chance"
assert corrected > 0.9, "clicks per look: nearly always"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.2))
for (name, share), ink in zip(shares.items(), ("C1", "C0")):
    ax.plot(range(1, rounds + 1), share, color=ink)
ax.axhline(1 / items, color="gray", lw=0.8, ls=":")
ax.set(xlabel="$t$", ylabel="$P$", ylim=(0, 1.02), xlim=(1, rounds))
plt.show()
# --8<-- [end:figure]
