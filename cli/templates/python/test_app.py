import unittest

from app import app


class AppTest(unittest.TestCase):
    def test_says_hello(self):
        response = app.test_client().get("/")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.json, {"message": "Hello from Python"})

    def test_has_nothing_else(self):
        self.assertEqual(app.test_client().get("/other").status_code, 404)


if __name__ == "__main__":
    unittest.main()
