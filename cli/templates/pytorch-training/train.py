"""Trains a small classifier on this site's data, and writes the model and its metrics.

The same image runs at every site. What differs is in the environment (README.md lists it); what a site keeps to
itself, its data, never leaves DATA_DIR.
"""

import csv
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

FEATURES = 4
CLASSES = 3


@dataclass(frozen=True)
class Settings:
    """What a site may set."""

    site: str
    data_dir: "Path | None"
    output_dir: Path
    initial_model: "Path | None"
    epochs: int
    learning_rate: float
    batch_size: int
    seed: int

    @staticmethod
    def read(env):
        def path(name):
            return Path(env[name]) if env.get(name) else None

        return Settings(
            site=env.get("SITE", "local"),
            data_dir=path("DATA_DIR"),
            output_dir=Path(env.get("OUTPUT_DIR", "output")),
            initial_model=path("INITIAL_MODEL"),
            epochs=int(env.get("EPOCHS", "10")),
            learning_rate=float(env.get("LEARNING_RATE", "0.01")),
            batch_size=int(env.get("BATCH_SIZE", "32")),
            seed=int(env.get("SEED", "1")),
        )


def make_model():
    return nn.Sequential(nn.Linear(FEATURES, 16), nn.ReLU(), nn.Linear(16, CLASSES))


def load_data(settings):
    """The site's own data, or made-up data where it names none. Returns features and labels."""
    if settings.data_dir is None:
        return made_up_data(settings.seed)
    rows = []
    for file in sorted(settings.data_dir.glob("*.csv")):
        with file.open(newline="") as lines:
            rows += [[float(value) for value in row] for row in csv.reader(lines) if row]
    if not rows:
        sys.exit(f"there is no data in {settings.data_dir}: expected *.csv, {FEATURES} numbers and a label a line")
    table = torch.tensor(rows)
    return table[:, :FEATURES], table[:, FEATURES].long()


def made_up_data(seed, count=600):
    """Three clouds of points, which a small network can tell apart. Each seed, so each site, has points of its own."""
    centres = torch.randn(CLASSES, FEATURES, generator=torch.Generator().manual_seed(0)) * 3
    own = torch.Generator().manual_seed(seed)
    labels = torch.randint(CLASSES, (count,), generator=own)
    return centres[labels] + torch.randn(count, FEATURES, generator=own), labels


def split(features, labels, seed):
    """Four fifths to learn from, the rest to measure with."""
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    cut = max(1, len(labels) * 4 // 5)
    learn, measure = order[:cut], order[cut:]
    return (features[learn], labels[learn]), (features[measure], labels[measure])


def train(model, features, labels, settings, device):
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.learning_rate)
    shuffle = torch.Generator().manual_seed(settings.seed)
    for epoch in range(1, settings.epochs + 1):
        model.train()
        total = 0.0
        for batch in torch.randperm(len(labels), generator=shuffle).split(settings.batch_size):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(features[batch].to(device)), labels[batch].to(device))
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        yield epoch, total / len(labels)


@torch.no_grad()
def accuracy(model, features, labels, device):
    if len(labels) == 0:
        return None
    model.eval()
    return (model(features.to(device)).argmax(dim=1).cpu() == labels).float().mean().item()


def main():
    started = time.monotonic()
    settings = Settings.read(os.environ)
    torch.manual_seed(settings.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    model = make_model().to(device)
    if settings.initial_model is not None:
        model.load_state_dict(torch.load(settings.initial_model, map_location=device, weights_only=True))
    learn, measure = split(*load_data(settings), settings.seed)
    print(f"site {settings.site}: {len(learn[1])} examples to learn from, on {device}")

    losses = []
    for epoch, loss in train(model, *learn, settings, device):
        losses.append(loss)
        print(f"epoch {epoch}/{settings.epochs}: loss {loss:.4f}")

    metrics = {
        "site": settings.site,
        "examples": len(learn[1]),
        "epochs": settings.epochs,
        "loss": losses[-1] if losses else None,
        "accuracy": accuracy(model, *measure, device),
        "seconds": round(time.monotonic() - started, 3),
        "torch": torch.__version__,
        "device": str(device),
    }
    settings.output_dir.mkdir(parents=True, exist_ok=True)
    torch.save(model.to("cpu").state_dict(), settings.output_dir / "model.pt")
    (settings.output_dir / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    print(json.dumps(metrics))


if __name__ == "__main__":
    main()
