use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{compile_policy_with_entrypoint, PolicyModule, Rc, Value};
use wasm_bindgen::prelude::*;

fn told<E: std::fmt::Display>(error: E) -> JsValue {
    JsValue::from_str(&format!("{error}"))
}

/// The interpreter: decides one rule for inputs in JSON.
#[wasm_bindgen]
pub struct Interpreter {
    engine: regorus::Engine,
    rule: String,
}

#[wasm_bindgen]
impl Interpreter {
    #[wasm_bindgen(constructor)]
    pub fn new(policy: String, data: String, rule: String) -> Result<Interpreter, JsValue> {
        let mut engine = regorus::Engine::new();
        engine.add_policy("policy.rego".to_string(), policy).map_err(told)?;
        engine.add_data(Value::from_json_str(&data).map_err(told)?).map_err(told)?;
        Ok(Interpreter { engine, rule })
    }

    pub fn decide(&mut self, input: String) -> Result<String, JsValue> {
        self.engine.set_input(Value::from_json_str(&input).map_err(told)?);
        let value = self.engine.eval_rule(self.rule.clone()).map_err(told)?;
        value.to_json_str().map_err(told)
    }
}

/// The virtual machine of regorus, which runs a program that was compiled in advance.
#[wasm_bindgen]
pub struct Machine {
    machine: RegoVM,
}

#[wasm_bindgen]
impl Machine {
    #[wasm_bindgen(constructor)]
    pub fn new(policy: String, data: String, rule: String) -> Result<Machine, JsValue> {
        let data = Value::from_json_str(&data).map_err(told)?;
        let modules = [PolicyModule {
            id: Rc::from("policy.rego"),
            content: Rc::from(policy.as_str()),
        }];
        let compiled =
            compile_policy_with_entrypoint(data.clone(), &modules, Rc::from(rule.as_str())).map_err(told)?;
        let program = Compiler::compile_from_policy(&compiled, &[rule.as_str()]).map_err(told)?;
        let mut machine = RegoVM::new();
        machine.load_program(Arc::clone(&program));
        machine.set_data(data).map_err(told)?;
        Ok(Machine { machine })
    }

    pub fn decide(&mut self, input: String) -> Result<String, JsValue> {
        self.machine.set_input(Value::from_json_str(&input).map_err(told)?);
        let value = self.machine.execute().map_err(told)?;
        value.to_json_str().map_err(told)
    }
}
