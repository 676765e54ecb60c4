// A program whose calls go through hystrix-go. Nothing has to run to see what its breakers do:
// click Simulate command above a configuration or a call.
//
// With Go installed, `go run .` serves its metrics on http://127.0.0.1:8081/hystrix.stream.
package main

import (
	"errors"
	"log"
	"math/rand"
	"net/http"
	"time"

	"github.com/afex/hystrix-go/hystrix"
)

const payments = "payments"

func init() {
	hystrix.ConfigureCommand(payments, hystrix.CommandConfig{
		Timeout:               300,
		MaxConcurrentRequests: 20,
		ErrorPercentThreshold: 25,
	})
}

// pay takes its time, and fails now and then.
func pay() error {
	time.Sleep(50 * time.Millisecond)
	if rand.Float64() < 0.2 {
		return errors.New("the bank does not answer")
	}
	return nil
}

// payLater is what is done instead.
func payLater(error) error {
	return nil
}

func main() {
	stream := hystrix.NewStreamHandler()
	stream.Start()
	http.Handle("/hystrix.stream", stream)
	go func() {
		log.Fatal(http.ListenAndServe("127.0.0.1:8081", nil))
	}()
	for i := 0; i < 8; i++ {
		go func() {
			for {
				if err := hystrix.Do(payments, pay, payLater); err != nil {
					log.Print(err)
				}
				time.Sleep(100 * time.Millisecond)
			}
		}()
	}
	select {}
}
