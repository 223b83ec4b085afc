# %% [markdown]
# # A perceptron with one hidden layer reads digits
# Heavy: minibatches of 64, Adam, and two figures.

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch import nn

seed, steps = 0, 10
torch.manual_seed(seed)
digits = load_digits()
X, y = torch.tensor(digits.data, dtype=torch.float32) / 16, torch.tensor(digits.target)
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimiser = torch.optim.Adam(net.parameters(), 3e-3)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
losses, accuracies = [], []
for _ in range(steps):
    for batch in torch.randperm(1400).split(64):
        loss = nn.functional.cross_entropy(net(X[batch]), y[batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    losses.append(loss.item())
    accuracies.append((net(X[1400:]).argmax(1) == y[1400:]).float().mean().item())
print(f"loss {losses[-1]:.4f}, accuracy {accuracies[-1]:.3f}")
# --8<-- [end:measure]

# %% --8<-- [start:curves]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3))
left.plot(losses)
right.plot(accuracies)
plt.show()
# --8<-- [end:curves]

# %% --8<-- [start:weights]
plt.hist(net[0].weight.detach().flatten(), 40)
plt.show()
# --8<-- [end:weights]
