package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestHello(t *testing.T) {
	for path, want := range map[string]int{"/": http.StatusOK, "/other": http.StatusNotFound} {
		response := httptest.NewRecorder()
		hello(response, httptest.NewRequest(http.MethodGet, path, nil))
		if response.Code != want {
			t.Errorf("%s answered %d, not %d", path, response.Code, want)
		}
	}
}
