# %% [markdown] lang="en"
# # Pipeline parallelism: how long the devices wait
# $K$ stages and $M$ equal micro-batches leave each device idle for a fraction $(K-1)/(M+K-1)$ of a step.
# Alternating forward and backward leaves that fraction as it is, but holds at most $K$ micro-batches instead of $M$.

# %% [markdown] lang="zh"
# # 流水线并行：设备要等多久
# $K$ 段、$M$ 个等大的微批量，每步中各设备有 $(K-1)/(M+K-1)$ 的时间空闲。
# 前向与反向交替执行，空闲比例不变，但内存里同时存放的微批量从 $M$ 个降到至多 $K$ 个。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt

K, M = 4, 8  # stages (one per device) and micro-batches
F_TIME, B_TIME = 1, 2  # of one micro-batch on one stage: a backward pass does about twice the work
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def naive(k, K, M):  # every stage passes the whole batch on
    return [("F", 0), ("B", 0)]


def all_forward_then_backward(k, K, M):
    return [("F", m) for m in range(M)] + [("B", m) for m in range(M)]


def one_forward_one_backward(k, K, M):  # stage k starts with K - k forward passes, then alternates
    ahead = min(K - k, M)
    order = [("F", m) for m in range(ahead)]
    for m in range(M):
        order += [("B", m)] + ([("F", m + ahead)] if m + ahead < M else [])
    return order


def simulate(schedule, K, M, scale=1):  # a task starts when its device and its input are ready
    queues = [schedule(k, K, M) for k in range(K)]
    clock, end = [0] * K, {}
    while any(queues):
        for k in range(K):
            if not queues[k]:
                continue
            kind, m = queues[k][0]
            source = ("F", k - 1, m) if kind == "F" else ("B", k + 1, m) if k < K - 1 else ("F", k, m)
            if source in end or (kind == "F" and k == 0):
                queues[k].pop(0)
                clock[k] = max(clock[k], end.get(source, 0)) + scale * (F_TIME if kind == "F" else B_TIME)
                end[kind, k, m] = clock[k]
    # stage, kind, micro-batch, start, end
    return [(k, kind, m, t - scale * (F_TIME if kind == "F" else B_TIME), t) for (kind, k, m), t in end.items()]


def idle(tasks):
    devices = 1 + max(stage for stage, *_ in tasks)
    return 1 - sum(t - start for *_, start, t in tasks) / (devices * max(t for *_, t in tasks))


def held(tasks, k):  # the largest number of micro-batches whose activations stage k keeps at one time
    changes = sorted((t, -1) if kind == "B" else (start, 1) for stage, kind, _, start, t in tasks if stage == k)
    total = [sum(change for _, change in changes[: i + 1]) for i in range(len(changes))]
    return max(total)


runs = {
    "naive": simulate(naive, K, 1, scale=M),
    "all forward, all backward": simulate(all_forward_then_backward, K, M),
    "one forward, one backward": simulate(one_forward_one_backward, K, M),
}
print(f"K = {K}, M = {M}                 time    idle   micro-batches held by stage 1..{K}")
for name, tasks in runs.items():
    in_memory = [held(tasks, k) * (M if name == "naive" else 1) for k in range(K)]
    print(f"{name:<27}{max(t for *_, t in tasks):6}{idle(tasks):8.3f}   {in_memory}")
for M in (1, 2, 4, 8, 16, 32):
    print(f"M = {M:2}: idle {idle(simulate(all_forward_then_backward, K, M)):.3f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for K in (1, 2, 3, 4, 6):
    for M in range(1, 20):
        for schedule in (all_forward_then_backward, one_forward_one_backward):
            tasks = simulate(schedule, K, M)
            assert abs(idle(tasks) - (K - 1) / (M + K - 1)) < 1e-12, (
                f"{schedule.__name__}: bubble of {K} stages, {M} micro-batches"
            )
            limits = [M if schedule is all_forward_then_backward else min(K - k, M) for k in range(K)]
            assert [held(tasks, k) for k in range(K)] == limits, f"{schedule.__name__}: micro-batches in memory"
        assert abs(idle(simulate(naive, K, 1, scale=M)) - (K - 1) / K) < 1e-12, (
            "without micro-batches one device works at a time"
        )
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(3, 1, figsize=(7.2, 5.2))
for ax, (name, tasks) in zip(axes, runs.items()):
    for k, kind, m, start, t in tasks:
        ink = "C0" if kind == "F" else "C1"
        shade = {"color": ink, "alpha": 0.75 if m % 2 else 0.5, "edgecolor": "white", "linewidth": 0.5}
        ax.barh(k, t - start, left=start, height=0.92, **shade)
        label = f"${kind}_{{1\\ldots 8}}$" if name == "naive" else f"{m + 1}"
        ax.text((start + t) / 2, k + 0.03, label, ha="center", va="center", fontsize=9)
    finish = max(t for *_, t in tasks)
    ax.set(yticks=range(4), yticklabels=range(1, 5), ylabel="$k$", ylim=(3.55, -0.55), xlim=(0, finish * 1.01))
    ax.set_xticks((0, 16, 33, 48, 64, 80, 96) if name == "naive" else range(0, 34, 3))
    ax.grid(visible=False)
    ax.tick_params(axis="y", length=0)
axes[0].axvline(33, color="gray", lw=1, ls=":")
axes[-1].set(xlabel="$t$")
plt.show()
# --8<-- [end:figure]
