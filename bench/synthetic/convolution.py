# %% [markdown]
# # A small convolutional network reads digits
# Heavy: two convolutions, momentum, one figure.

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch import nn

seed, steps = 0, 4
torch.manual_seed(seed)
digits = load_digits()
X, y = torch.tensor(digits.images, dtype=torch.float32)[:, None] / 16, torch.tensor(digits.target)
net = nn.Sequential(
    nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(512, 10),
)  # fmt: skip
optimiser = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
losses = []
for _ in range(steps):
    for batch in torch.randperm(len(X)).split(64):
        loss = nn.functional.cross_entropy(net(X[batch]), y[batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
print(f"final loss {losses[-1]:.4f}")
# --8<-- [end:measure]

# %% --8<-- [start:figure]
plt.plot(losses, linewidth=0.6)
plt.xlabel("step")
plt.ylabel("$L$")
plt.show()
# --8<-- [end:figure]
