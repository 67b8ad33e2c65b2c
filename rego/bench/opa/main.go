// Command opa evaluates the case in a folder with OPA in this process and prints the results and the figures as JSON:
// opa FOLDER SECONDS text|parsed.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/util"
)

type figures struct {
	Rate  float64 `json:"rate"`
	CPUUs float64 `json:"cpuUs"`
	P50Us float64 `json:"p50Us"`
	P99Us float64 `json:"p99Us"`
	RssMb float64 `json:"rssMb"`
}

type report struct {
	Results []any    `json:"results"`
	Row     *figures `json:"row,omitempty"`
}

func main() {
	folder, mode := os.Args[1], os.Args[3]
	seconds, err := strconv.ParseFloat(os.Args[2], 64)
	must(err)
	var question struct {
		Rule   string   `json:"rule"`
		Inputs []string `json:"inputs"`
	}
	must(json.Unmarshal(read(folder, "case.json"), &question))
	prepared := prepare(folder, question.Rule)

	decide := make([]func() any, 0, len(question.Inputs))
	for _, text := range question.Inputs {
		source := []byte(text)
		parsed := parse(source)
		if mode == "parsed" {
			decide = append(decide, func() any { return evaluate(prepared, parsed) })
		} else {
			decide = append(decide, func() any { return evaluate(prepared, parse(source)) })
		}
	}

	var printed report
	for _, one := range decide {
		printed.Results = append(printed.Results, one())
	}
	if seconds > 0 {
		span := time.Duration(seconds * float64(time.Second))
		printed.Row = measure(decide, span)
	}
	must(json.NewEncoder(os.Stdout).Encode(printed))
}

// prepare compiles the policy once, with the data stored as OPA's own values, so that reads do not need a conversion.
func prepare(folder, rule string) rego.PreparedEvalQuery {
	var data map[string]any
	must(util.UnmarshalJSON(read(folder, "data.json"), &data))
	prepared, err := rego.New(
		rego.Query(rule),
		rego.Module("policy.rego", string(read(folder, "policy.rego"))),
		rego.Store(inmem.NewFromObjectWithOpts(data, inmem.OptReturnASTValuesOnRead(true))),
	).PrepareForEval(context.Background())
	must(err)
	return prepared
}

func parse(text []byte) ast.Value {
	value, err := ast.ValueFromReader(bytes.NewReader(text))
	must(err)
	return value
}

func evaluate(prepared rego.PreparedEvalQuery, input ast.Value) any {
	results, err := prepared.Eval(context.Background(), rego.EvalParsedInput(input))
	must(err)
	if len(results) == 0 {
		return nil
	}
	return results[0].Expressions[0].Value
}

func measure(decide []func() any, span time.Duration) *figures {
	repeat(decide, span)
	before := cpu()
	count, elapsed := repeat(decide, span)
	used := cpu() - before
	memory := resident()
	times := timesOf(decide, span/4)
	return &figures{
		Rate:  float64(count) / elapsed.Seconds(),
		CPUUs: used.Seconds() * 1e6 / float64(count),
		P50Us: times[len(times)/2],
		P99Us: times[len(times)*99/100],
		RssMb: memory / 1e6,
	}
}

// repeat evaluates all inputs in turn until the time is up. It reads the clock every few milliseconds.
func repeat(decide []func() any, span time.Duration) (int, time.Duration) {
	began := time.Now()
	count, passes := 0, 1
	for time.Since(began) < span {
		batch := time.Now()
		for range passes {
			for _, one := range decide {
				one()
			}
		}
		count += passes * len(decide)
		if time.Since(batch) < 5*time.Millisecond {
			passes *= 2
		}
	}
	return count, time.Since(began)
}

// timesOf returns the duration of each decision in microseconds, in ascending order.
func timesOf(decide []func() any, span time.Duration) []float64 {
	var times []float64
	for until := time.Now().Add(span); time.Now().Before(until); {
		for _, one := range decide {
			began := time.Now()
			one()
			times = append(times, float64(time.Since(began))/1000)
		}
	}
	slices.Sort(times)
	return times
}

// cpu returns the processor time of this process, including garbage collection.
func cpu() time.Duration {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// resident returns the resident memory of this process in bytes.
func resident() float64 {
	var size, pages float64
	_, err := fmt.Sscan(string(must2(os.ReadFile("/proc/self/statm"))), &size, &pages)
	must(err)
	return pages * float64(os.Getpagesize())
}

func read(folder, name string) []byte {
	return must2(os.ReadFile(filepath.Join(folder, name)))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func must2[T any](value T, err error) T {
	must(err)
	return value
}
