module fuseboard.sample/resilience

go 1.19

require github.com/afex/hystrix-go v0.0.0-20180502004556-fa1af6a1f4f5
