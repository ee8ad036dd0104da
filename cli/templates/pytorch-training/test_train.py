import tempfile
import unittest
from pathlib import Path

import torch

import train


def settings(**env):
    return train.Settings.read({"EPOCHS": "3", **env})


class TrainTest(unittest.TestCase):
    def test_learns(self):
        given = settings()
        torch.manual_seed(1)
        model = train.make_model()
        features, labels = train.load_data(given)
        losses = [loss for _, loss in train.train(model, features, labels, given, torch.device("cpu"))]
        self.assertLess(losses[-1], losses[0])

    def test_each_site_has_data_of_its_own(self):
        one, _ = train.load_data(settings(SEED="1"))
        other, _ = train.load_data(settings(SEED="2"))
        self.assertFalse(torch.equal(one, other))

    def test_reads_the_site_s_files(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a.csv").write_text("1,2,3,4,0\n5,6,7,8,2\n")
            features, labels = train.load_data(settings(DATA_DIR=folder))
        self.assertEqual(features.shape, (2, train.FEATURES))
        self.assertEqual(labels.tolist(), [0, 2])


if __name__ == "__main__":
    unittest.main()
