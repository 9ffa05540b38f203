# %% [markdown]
# # A CNN from scratch
#
# A dense layer looks at all pixels at once and knows nothing of neighbours. A *convolutional* layer looks at a small
# patch, with the same few weights at every place of the image. We build such a network, train it on the 1797 digits,
# and have more than 98 of 100 new digits read right, in a few seconds on one processor.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import sys

import matplotlib.pyplot as plt
import numpy as np

from scratchml.core.jit import plain_python
from scratchml.datasets import load_digits
from scratchml.model_selection import train_test_split
from scratchml.neural_network import (
    AdamW,
    BatchNorm,
    Conv2D,
    CosineRate,
    Dense,
    Dropout,
    Flatten,
    MaxPool2D,
    ReLU,
    Sequential,
)

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"  # told apart by colour-blind eyes, too

X, y = load_digits(return_X_y=True)
images = (X / 16).reshape(-1, 8, 8, 1)  # sample, line, column, channel: there is one channel, the ink
train_X, test_X, train_y, test_y = train_test_split(images, y, test_size=0.25, random_state=0, stratify=y)

# %% [markdown]
# ## 1. The picture
#
# A filter of 3 x 3 weights slides over an image; at each place it gives the weighted sum of the nine pixels below it.
# The two filters here, made by hand, ask "is there an edge from light to dark, going down (going right)?".

# %%
down = np.array([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]])
by_hand = Conv2D(2, 3, padding="same")
by_hand.build((8, 8, 1), np.random.RandomState(0))
by_hand.set_parameters(weights=np.stack([down, down.T], axis=-1)[:, :, None, :])
seven = images[np.flatnonzero(y == 7)[0]]
edges = by_hand.forward(seven[None])[0]

fig, axes = plt.subplots(1, 3, figsize=(8, 2.8), layout="constrained")
axes[0].imshow(seven[:, :, 0], cmap="gray_r")
axes[0].set_title("a seven")
for i, title in enumerate(["edges, going down", "edges, going right"]):
    shown = axes[i + 1].imshow(edges[:, :, i], cmap="PuOr", vmin=-3, vmax=3)
    axes[i + 1].set_title(title)
fig.colorbar(shown, ax=axes, label="the filter's sum")
for axis in axes:
    axis.set(xticks=[], yticks=[])
plt.show()
plt.close(fig)

# %% [markdown]
# Nobody makes filters by hand, though: the network is to find those that help it to tell digits apart.
#
# ## 2. By hand on six points
#
# Six pixels, two lines of three, and one filter of two lines of two. It fits in two places:
#
# | image | | | filter | | its sum on the left | on the right |
# | --- | --- | --- | --- | --- | --- | --- |
# | 0 | 1 | 2 | 1 | 2 | 0·1 + 1·2 + 3·3 + 4·4 = 27 | 1·1 + 2·2 + 4·3 + 5·4 = 37 |
# | 3 | 4 | 5 | 3 | 4 | | |

# %%
layer = Conv2D(1, 2, bias=False)
layer.build((2, 3, 1), np.random.RandomState(0))
layer.set_parameters(weights=np.array([[1.0, 2], [3, 4]]).reshape(2, 2, 1, 1))
six = np.arange(6.0).reshape(1, 2, 3, 1)
print("sums:", layer.forward(six).ravel())
assert layer.forward(six).ravel().tolist() == [27.0, 37.0]

# %% [markdown]
# Backward. Say the loss rises by 1 for each unit of either sum (its slopes are 1 and 1). A weight was used twice, so
# its slope is the sum of the two pixels it met: the first met 0 and 1, together 1. A pixel has a slope for each filter
# weight that met it: the one in the middle of the first line met 2 (left place) and 1 (right place), together 3.

# %%
back = layer.backward(np.ones((1, 1, 2, 1)))
print("slopes of the weights:", layer.gradients["weights"].ravel())
print("slopes of the pixels: ", back.ravel())
assert layer.gradients["weights"].ravel().tolist() == [1.0, 3.0, 7.0, 9.0]
assert back.ravel().tolist() == [1.0, 3.0, 2.0, 3.0, 7.0, 4.0]

# %% [markdown]
# ## 3. The kernel in the debugger
#
# How can this be fast? Copy each patch into a row; then *all* sums are one product of two matrices, rows times
# filters, which is what processors are best at. `plain_python()` runs the kernels as plain Python: put `breakpoint()`
# into `gather_patches` in `scratchml/neural_network/layers/patches.py` and step through it. Here a tracer writes down
# what is called, and we look at the rows that it has made.

# %%
called = []


def write_down(frame, event, argument):
    if event == "call" and frame.f_code.co_filename.endswith("patches.py"):
        called.append(frame.f_code.co_name)
        if frame.f_code.co_name == "gather_patches":
            rows.append(frame.f_locals["rows"])


rows = []
before = sys.gettrace()
sys.settrace(write_down)
try:
    with plain_python():
        layer.forward(six)
        layer.backward(np.ones((1, 1, 2, 1)))
finally:
    sys.settrace(before)
print("called:", [name for name in called if name.endswith("patches")])
print("patches as rows:\n", rows[0])
assert rows[0].tolist() == [[0, 1, 3, 4], [1, 2, 4, 5]]
assert (rows[0] @ [1, 2, 3, 4] == [27, 37]).all()
assert {"gather_patches", "scatter_patches"} <= set(called)

# %% [markdown]
# `scatter_patches` is the way back: it adds each row's slopes to the pixels that the row was copied from. The two are
# *adjoint*: for any image x and any rows r, (patches of x)·r = x·(r scattered). That one line checks all of the
# padding, strides and borders at once.

# %%
rng = np.random.default_rng(0)
strided = Conv2D(4, 3, stride=2, padding="same", bias=False)
strided.build((8, 8, 3), np.random.RandomState(0))
x = rng.normal(size=(5, 8, 8, 3))
r = rng.normal(size=strided.forward(x).shape)
there, and_back = (strided.forward(x) * r).sum(), (x * strided.backward(r)).sum()
print(f"<Ax, r> = {there:.12f}, <x, A'r> = {and_back:.12f}")
assert abs(there - and_back) < 1e-10

# %% [markdown]
# ## 4. Watch the steps
#
# The network: three convolutions, each followed by a normalisation and a bend; in between only the largest of each
# 2 x 2 numbers is kept, so that the next filters see a larger part of the image. Dropout hides three in ten of the
# numbers at random while the network learns, so that it relies on none alone. At last one dense layer reads the digit.


# %%
def network(seed=0, rate_of_dropout=0.3):
    return Sequential(
        [
            Conv2D(16, 3, padding="same", name="first"),
            BatchNorm(),
            ReLU(),
            Conv2D(32, 3, name="second"),
            BatchNorm(),
            ReLU(),
            MaxPool2D(2),
            Conv2D(32, 3, padding="same", name="third"),
            BatchNorm(),
            ReLU(name="seen"),
            Flatten(),
            Dropout(rate_of_dropout),
            Dense(10, name="digit"),
        ],
        loss="cross_entropy",
        random_state=seed,
        dtype="float32",
    )


net = network()
net.build((8, 8, 1))
print(net.summary())

# %% [markdown]
# A fit yields a step after each batch and each epoch; the learning rate falls to 0 along a cosine. Among what a step
# shows is the *update ratio*: how far a batch moved the weights of a layer, beside their own length.

# %%
EPOCHS, BATCH = 20, 32
batches = -(-len(train_X) // BATCH)
losses, right, ratios = [], [], {name: [] for name in ("first", "second", "third", "digit")}
how = {"epochs": EPOCHS, "batch_size": BATCH, "optimizer": AdamW(weight_decay=0.02)}
for step in net.steps(train_X, train_y, schedule=CosineRate(3e-3, EPOCHS * batches), **how):
    if step.name == "epoch":
        losses.append(step.loss)
        right.append(net.score(test_X, test_y))
        for name, path in ratios.items():
            path.append(step.update_ratios[f"{name}.weights"])
accuracy = net.score(test_X, test_y)
print(f"read right: {net.score(train_X, train_y):.4f} of those learned from, {accuracy:.4f} of those held out")
assert accuracy > 0.98
assert losses[-1] < losses[0] / 10

fig, axes = plt.subplots(1, 3, figsize=(9, 2.8), layout="constrained")
epochs = np.arange(1, EPOCHS + 1)
axes[0].semilogy(epochs, losses, color=BLUE)
axes[0].set(title="loss, training", xlabel="epoch")
axes[1].plot(epochs, right, color=ORANGE)
axes[1].axhline(0.98, color="black", linewidth=0.8, linestyle=":")
axes[1].set(title="read right, held out", xlabel="epoch", ylim=(0.85, 1.0))
for (name, path), colour, line in zip(ratios.items(), [BLUE, ORANGE, GREEN, "black"], ["-", "--", "-.", ":"]):
    axes[2].semilogy(epochs[:-1], path[:-1], line, color=colour, label=name)  # the last rate is 0
axes[2].set(title="update ratio", xlabel="epoch")
axes[2].legend(fontsize=8)
plt.show()
plt.close(fig)

# %% [markdown]
# What has it found? The sixteen filters of the first layer, and what they make of a digit (its *feature maps*, after
# the bend). Some answer to edges of one direction, some to ink as such.

# %%
net.outputs(seven[None])
maps = net.activations[2][0]
weights = net.parameters["first.weights"][:, :, 0, :]
fig, axes = plt.subplots(4, 16, figsize=(10, 3.0), layout="constrained", gridspec_kw={"height_ratios": [1, 1, 0.1, 1]})
for i in range(16):
    axes[0, i].imshow(weights[:, :, i], cmap="PuOr", vmin=-np.abs(weights).max(), vmax=np.abs(weights).max())
    axes[1, i].imshow(maps[:, :, i], cmap="gray_r", vmin=0, vmax=maps.max())
    axes[2, i].set_visible(False)
    axes[3, i].imshow(net.activations[9][0][:, :, i], cmap="gray_r", vmin=0)
for axis in axes.flat:
    axis.set(xticks=[], yticks=[])
axes[0, 0].set_ylabel("filter", fontsize=9)
axes[1, 0].set_ylabel("map", fontsize=9)
axes[3, 0].set_ylabel("map of\nlayer 3", fontsize=9)
fig.suptitle("the first layer's filters (orange: below 0), their maps of a seven; half of the third layer's maps")
plt.show()
plt.close(fig)

# %% [markdown]
# And which digits does it read wrong? They are few, and not all of them are clear to us. After them come those that it
# reads right, but with the least certainty.

# %%
predicted, chances = net.predict(test_X), net.predict_proba(test_X)
wrong = np.flatnonzero(predicted != test_y)
print(f"wrong: {len(wrong)} of {len(test_y)}")
assert len(wrong) < 0.02 * len(test_y)
doubtful = [i for i in np.argsort(chances.max(axis=1)) if i not in wrong]
shown = [*wrong, *doubtful][:6]  # the wrong ones, then the least certain
fig, axes = plt.subplots(1, 6, figsize=(9, 2.0), layout="constrained")
for axis, i in zip(axes, shown):
    axis.imshow(test_X[i, :, :, 0], cmap="gray_r")
    axis.set(xticks=[], yticks=[])
    axis.set_title(f"is {test_y[i]}, read {predicted[i]}\n({chances[i].max():.0%} certain)", fontsize=9)
plt.show()
plt.close(fig)

# %% [markdown]
# ## 5. Break it
#
# A convolution believes in neighbours. Take this away from it: put the pixels of *all* images in one and the same new
# order. A dense network does not mind at all, for nothing that it uses is lost (its two scores differ by chance: it
# starts from other weights for each pixel); the convolutional one has lost what it was built on. With few digits to
# learn from it counts most: we give both 200.


# %%
def read_right(layers, shuffled):
    order = np.random.default_rng(1).permutation(64) if shuffled else np.arange(64)
    learned, asked = (part.reshape(-1, 64)[:, order].reshape(part.shape) for part in (train_X[:200], test_X))
    model = Sequential(layers, loss="cross_entropy", random_state=0, dtype="float32")
    model.fit(learned, train_y[:200], epochs=40, optimizer=AdamW(3e-3))
    return model.score(asked, test_y)


def convolutional():
    return [Conv2D(16, 3, padding="same"), ReLU(), Conv2D(32, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(10)]


def dense():
    return [Flatten(), Dense(100), ReLU(), Dense(50), ReLU(), Dense(10)]


found = {
    (kind.__name__, shuffled): read_right(kind(), shuffled) for kind in (convolutional, dense) for shuffled in (0, 1)
}
for (kind, shuffled), share in found.items():
    print(f"{kind:13s} pixels {'shuffled' if shuffled else 'in order'}: {share:.3f}")
assert found["convolutional", 0] > found["dense", 0]
assert found["convolutional", 0] - found["convolutional", 1] > 0.02
assert abs(found["dense", 0] - found["dense", 1]) < 0.03

# %% [markdown]
# Haste breaks any network. With a learning rate of 1e30 the numbers grow beyond all bounds, and training ends with an
# error that says where it happened first.


# %%
class Haste:
    """Plain gradient descent, far too fast."""

    learning_rate = 1e30

    def start(self, parameters):
        """Nothing is remembered."""

    def update(self, parameters, gradients, learning_rate=None):
        for w, g in zip(parameters, gradients):
            w -= self.learning_rate * g


told = ""
try:
    Sequential(dense(), loss="cross_entropy", random_state=0).fit(train_X, train_y, optimizer=Haste())
except ValueError as error:
    told = str(error)
print(told)
assert "The loss became" in told
assert "layer" in told

# %% [markdown]
# ## 6. Exercise
#
# 1. How many weights has the layer "second"? Work it out before you look at the summary: 32 filters of 3 x 3, each
#    over 16 channels, and a bias for each.
# 2. A convolution does not care where in the image something is: move the digit by one column, and the feature maps
#    move along. Does this hold at the border, too? Where does it stop holding, on the way to the answer?
# 3. Replace the pooling by `stride=2` in the layer "third". What do you gain, and what do you lose?

# %% [markdown]
# Solutions. 1: 32 * (3 * 3 * 16) + 32 = 4640. 2: not at the border, where a filter meets the zeros of the padding;
# below, the columns inside are compared. It ends with the pooling, whose pairs of columns stay where they are, and the
# dense layer, which has a weight for each place. 3: the shapes and the number of weights are the same; a layer less,
# and the filter itself learns how to thin out. But the third filters see every number and not the largest of four, so
# less is forgiven where a stroke is moved by one pixel.

# %%
assert net.layers[3].count_parameters() == 3 * 3 * 16 * 32 + 32

strided = Sequential([Conv2D(32, 3, padding="same", stride=2)], loss="cross_entropy").build((6, 6, 32))
assert strided.layers[0].count_parameters() == net.layers[7].count_parameters()

first = net.layers[0]
digit = images[np.flatnonzero((images[:, :, -1] == 0).all(axis=(1, 2)))[0]]  # its last column is empty
moved = np.roll(digit, 1, axis=1)  # so nothing comes in from the other side
as_it_was, moved_along = first.forward(digit[None]).copy(), first.forward(moved[None])
assert np.allclose(moved_along[:, :, 2:7], as_it_was[:, :, 1:6], rtol=0, atol=1e-5)
print("maps move with the digit; pooling and the dense layer are where the place begins to count")
